internal import SampanDomain

/// Brings the lines of each order together, one partition at a time, and asks the rules.
struct OrderJoin {
    /// Bytes of a partition that is held in memory; a larger one is parted again. With what is kept beside it, the
    /// join needs about thrice this.
    private static let partitionBytes = 8 * 1_024 * 1_024
    /// Parts of a part, 65,536 in all: 500 GiB of records, unless they are of one order.
    private static let deepestLevel = 1
    private static let pieceBytes = 1_024 * 1_024

    private let rules: OrderRules
    private let institutions: [String]
    private let files: [String]
    private let neighbour: String
    private(set) var settlements: Settlements
    private(set) var breaks: BreakFile
    /// Orders of the day, those of nobody but the next day's bill left out.
    private(set) var orders = 0

    init(_ intake: DayIntake, rules: OrderRules, beside neighbour: String) {
        self.rules = rules
        institutions = intake.institutions.codes
        files = intake.files
        settlements = intake.settlements
        breaks = BreakFile(beside: neighbour)
        self.neighbour = neighbour
    }

    /// Takes one partition of the day.
    mutating func take(_ file: inout ScratchFile) throws(ReconciliationError) { try take(&file, level: 0) }

    /// Adds a break that is not an order's.
    mutating func add(_ found: Break) throws(ReconciliationError) { try breaks.add(found) }

    /// Writes the breaks.
    mutating func write() throws(ReconciliationError) { try breaks.write() }

    private mutating func take(_ file: inout ScratchFile, level: Int) throws(ReconciliationError) {
        if file.size > Self.partitionBytes {
            guard level < Self.deepestLevel else { throw Self.tooManyLines }
            var finer = Partitions(beside: neighbour, level: level + 1)
            try Self.part(&file, into: &finer)
            while var smaller = finer.removeLast() { try take(&smaller, level: level + 1) }
        } else if file.size > 0 {
            try join(try file.contents())
        }
    }

    private static func part(_ file: inout ScratchFile, into finer: inout Partitions) throws(ReconciliationError) {
        var offset = 0
        while offset < file.size {
            let piece = try file.part(offset..<offset + pieceBytes)
            let bytes = piece.span
            var at = 0
            while at + LineRecord.headBytes <= bytes.count {
                let end = LineRecord.end(bytes, at: at)
                guard end <= bytes.count else { break }
                try finer.add(at..<end, hash: LineRecord.hash(bytes, at: at), of: bytes)
                at = end
            }
            guard at > 0 else { throw .unreadable(path: file.path, problem: "a record ends early") }
            offset += at
        }
    }

    private static let tooManyLines = ReconciliationError.badData(
        file: "the bills and ledgers", line: nil, column: nil, problem: "one order has more than \(OrderAssembly.longest) lines")

    private struct Place {
        let hash: UInt64
        let at: Int
    }

    private mutating func join(_ contents: [UInt8]) throws(ReconciliationError) {
        let bytes = contents.span
        var places: [Place] = []
        places.reserveCapacity(contents.count / (LineRecord.headBytes + 16))
        var at = 0
        while at < bytes.count {
            places.append(Place(hash: LineRecord.hash(bytes, at: at), at: at))
            at = LineRecord.end(bytes, at: at)
        }
        // Lines of one order stay in the order of the files, so that every run says the same.
        places.sort { ($0.hash, $0.at) < ($1.hash, $1.at) }
        var start = 0
        while start < places.count {
            var end = start + 1
            while end < places.count, places[end].hash == places[start].hash { end += 1 }
            try take(contents, places[start..<end])
            start = end
        }
    }

    /// Lines of one hash: of one order, but for a chance that a day never sees.
    private mutating func take(_ contents: [UInt8], _ places: ArraySlice<Place>) throws(ReconciliationError) {
        let bytes = contents.span
        var rest = places
        while let first = rest.first {
            let order = LineRecord.order(bytes, at: first.at)
            var (own, others) = (OrderAssembly(order: Self.text(contents, order)), ArraySlice<Place>())
            for place in rest {
                guard Self.equal(bytes, LineRecord.order(bytes, at: place.at), order) else {
                    others.append(place)
                    continue
                }
                guard let record = LineRecord(bytes, at: place.at) else { throw Self.tooManyLines }
                let refund = Self.text(contents, LineRecord.refund(bytes, at: place.at))
                let code = institutions.indices.contains(Int(record.institution)) ? institutions[Int(record.institution)] : ""
                if own.hasLines(record.kind) {
                    // Hardly ever; so the lines are not kept beside for it.
                    let earlier = rest.prefix { $0.at < place.at }.filter { Self.equal(bytes, LineRecord.order(bytes, at: $0.at), order) }
                        .compactMap { LineRecord(bytes, at: $0.at) }
                    try own.refuseDuplicate(record, refund: refund, earlier, files)
                }
                own.add(record, refund: refund, institution: code)
            }
            try finish(own.lines)
            rest = others
        }
    }

    private mutating func finish(_ lines: OrderLines) throws(ReconciliationError) {
        guard !lines.isOfNextDayAlone else { return }
        orders += 1
        // A bill that does not say whose a line is: the platform knows.
        let owner = lines.payment.map(\.institution) ?? lines.refunds.first.map(\.institution) ?? ""
        for bill in lines.billPayments {
            settlements.add(
                bill.channel, bill.institution.isEmpty ? owner : bill.institution, due: bill.settled - bill.fee,
                fee: bill.fee)
        }
        for bill in lines.billRefunds {
            settlements.add(
                bill.channel, bill.institution.isEmpty ? owner : bill.institution, due: bill.fee - bill.settled,
                fee: -bill.fee)
        }
        for found in rules.breaks(of: lines) { try breaks.add(found) }
    }

    private static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
        range.isEmpty ? "" : String(decoding: bytes[range], as: UTF8.self)
    }

    private static func equal(_ bytes: Span<UInt8>, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where bytes[left.lowerBound + offset] != bytes[right.lowerBound + offset] { return false }
        return true
    }
}
