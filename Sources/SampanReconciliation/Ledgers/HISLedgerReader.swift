/// Reads the hospitals' ledger: charges, and what was taken back of them.
struct HISLedgerReader {
    private var table: ColumnTable
    private let file: UInt8
    private let institution, receipt, order, kind, amount: ColumnTable.Column

    private init(_ path: String, file: UInt8) throws(ReconciliationError) {
        table = try ColumnTable(FileSource(try .reading(path)), name: path)
        self.file = file
        institution = try table.column("org_code")
        receipt = try table.column("his_receipt_no")
        order = try table.column("out_trade_no")
        kind = try table.column("kind")
        amount = try table.column("amount_fen")
    }

    /// Reads all of a file into the day.
    static func read(_ path: String, into intake: inout DayIntake) throws(ReconciliationError) {
        var reader = try HISLedgerReader(path, file: try intake.begin(path))
        while try reader.table.next() { try reader.take(&intake) }
    }

    private func take(_ intake: inout DayIntake) throws(ReconciliationError) {
        let isReversal =
            switch table.word(kind) {
            case .reverse: true
            case .charge: false
            default: throw table.wrong(kind, "neither CHARGE nor REVERSE")
            }
        guard !table.isEmpty(receipt) else { throw table.wrong(receipt, "empty") }
        let record = LineRecord(
            kind: isReversal ? .hisReversal : .hisCharge, channel: 0, file: file, line: table.recordLine,
            institution: try intake.institution(table, institution), amount: try table.number(amount), identity: table.identity(receipt),
            own: table.identity(receipt))
        try intake.add(record, table, order: order, refund: nil)
        if isReversal {
            intake.totals.his.refunds += 1
            intake.totals.his.refunded.add(record.amount)
        } else {
            intake.totals.his.payments += 1
            intake.totals.his.paid.add(record.amount)
        }
    }
}
