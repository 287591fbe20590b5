internal import SampanDomain

/// Where the readers put what they read: lines to be joined, and sums.
struct DayIntake {
    private(set) var partitions: Partitions
    var institutions = Institutions()
    var totals = DayTotals()
    var settlements = Settlements()
    /// As messages name them, by their number in records.
    private(set) var files: [String] = []

    /// - Parameter neighbour: scratch files lie beside it.
    init(beside neighbour: String) { partitions = Partitions(beside: neighbour, level: 0) }

    private var ledgerChannels: Set<UInt8> = []

    /// Whether the platform's ledger has a line that was paid or refunded through a channel.
    func hasLines(_ channel: PaymentChannelKind) -> Bool { ledgerChannels.contains(channel.recordNumber) }

    /// Begins a file; its number.
    mutating func begin(_ file: String) throws(ReconciliationError) -> UInt8 {
        guard files.count < Int(UInt8.max) else { throw .badData(file: file, line: nil, column: nil, problem: "too many files for a day") }
        files.append(file)
        return UInt8(files.count - 1)
    }

    /// Adds the current line of a table.
    /// - Parameter refund: the column of the refund's number; nil for a line that is not a refund's.
    mutating func add(
        _ record: LineRecord, _ table: ColumnTable, order: ColumnTable.Column, refund: ColumnTable.Column?
    ) throws(ReconciliationError) {
        let orderPlace = table.place(order)
        let refundPlace = refund.map { table.place($0) } ?? 0..<0
        let bytes = table.lines.buffer.span
        guard KeyForm.isNumber(bytes, orderPlace) else {
            throw table.wrong(order, "not an order number: 1 to \(KeyForm.longest) letters, digits and _-|*@.")
        }
        if let refund, !KeyForm.isNumber(bytes, refundPlace) {
            throw table.wrong(refund, "not a refund number: 1 to \(KeyForm.longest) letters, digits and _-|*@.")
        }
        if record.flags.contains(.isDone), record.kind == .ledgerPayment || record.kind == .ledgerRefund {
            ledgerChannels.insert(record.channel)
        }
        try partitions.add(record, order: orderPlace, refund: refundPlace, of: bytes)
    }

    /// The number of an institution that a line has to name.
    mutating func institution(_ table: ColumnTable, _ column: ColumnTable.Column) throws(ReconciliationError) -> UInt16 {
        guard let number = institutions.number(table.lines.buffer.span, table.place(column)) else {
            throw table.wrong(column, "not an institution's code: 1 to 32 letters, digits and _-|*@.")
        }
        return number
    }

    /// The number of an institution that a line may name.
    mutating func optionalInstitution(_ table: ColumnTable, _ column: ColumnTable.Column?) -> UInt16 {
        guard let column else { return Institutions.none }
        return institutions.number(table.lines.buffer.span, table.place(column)) ?? Institutions.none
    }

    /// Hands over a partition of what was read; nil when there is none left.
    mutating func removeLastPartition() -> ScratchFile? { partitions.removeLast() }
}

extension ColumnTable {
    /// A hash of a field, as the identity of a line; 0 for an empty one.
    func identity(_ column: Column) -> UInt64 {
        let place = place(column)
        return place.isEmpty ? 0 : KeyHash.of(lines.buffer.span, place)
    }

    /// A field that is one out of a short list of words; nil for a longer one.
    func word(_ column: Column) -> ShortWord? { ShortWord(lines.buffer.span, place(column)) }

    var recordLine: UInt32 { UInt32(clamping: lines.line) }
}

extension PaymentChannelKind {
    /// As a record has it.
    var recordNumber: UInt8 { self == .wechatPay ? 0 : 1 }

    init(recordNumber: UInt8) { self = recordNumber == 0 ? .wechatPay : .alipay }
}
