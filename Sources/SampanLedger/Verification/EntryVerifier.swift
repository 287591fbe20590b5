internal import SampanDomain

/// Goes through the entries in their order and builds up, from their lines alone, what everything else is to be held against.
struct EntryVerifier {
    struct Sums: Equatable {
        var debits: Int64 = 0
        var credits: Int64 = 0
        var entries: Int64 = 0

        mutating func add(_ amount: Int64) throws(LedgerFault) {
            let (sum, overflow) =
                amount > 0 ? debits.addingReportingOverflow(amount) : credits.subtractingReportingOverflow(amount)
            guard !overflow else { throw LedgerFault(.end, "the totals are beyond 64 bits") }
            if amount > 0 { debits = sum } else { credits = sum }
            entries += 1
        }
    }

    struct Turnover: Hashable {
        let account: String
        let day: Int64
        let event: String
    }

    private let ledger: Ledger
    private let mark: LedgerMark?
    private(set) var number: Int64 = 0
    private(set) var hash = Chain.start
    private var recordedAt = Int64.min
    private(set) var accounts: [String: Sums] = [:]
    private(set) var turnover: [Turnover: Sums] = [:]
    /// Of entries that reverse another, what they reverse.
    private var reversed: Set<Int64> = []
    private var reversals: Set<Int64> = []

    init(_ ledger: Ledger, mark: LedgerMark?) {
        self.ledger = ledger
        self.mark = mark
    }

    /// Throws `LedgerFault` for an entry that is not what was written.
    mutating func take(_ columns: EntryColumns, _ lines: [(code: String, amount: Int64, debits: Int64, credits: Int64)]) throws {
        let entry = try Self.entry(columns, lines)
        func fault(_ problem: String) -> LedgerFault { LedgerFault(.entry(entry.number), problem) }
        guard entry.number == number + 1 else { throw LedgerFault(.entry(number + 1), "is missing") }
        guard entry.recordedAt.nanoseconds > recordedAt else { throw fault("is recorded before the entry in front of it") }
        for line in lines {
            try accounts[line.code, default: Sums()].add(line.amount)
            try turnover[Turnover(account: line.code, day: columns.day, event: columns.event), default: Sums()].add(line.amount)
            let sums = accounts[line.code] ?? Sums()
            guard sums.debits == line.debits, sums.credits == line.credits else {
                throw fault("the totals kept with its line on \(line.code) are not the sums of the lines until here")
            }
        }
        for line in entry.content.lines where line.account.isGuarded {
            let sums = accounts[line.code] ?? Sums()
            guard sums.credits >= sums.debits else { throw fault("takes \(line.code) below zero") }
        }
        try checkReversal(entry.content, fault)
        let bytes = entry.content.bytes(number: entry.number, recordedAt: entry.recordedAt.nanoseconds, previous: hash)
        guard try ledger.digest(bytes) == entry.hash else { throw fault("says something else than was written: its hash does not fit") }
        if let mark, mark.number == entry.number, mark.hash != entry.hash { throw fault("is not the one of the mark") }
        (number, hash, recordedAt) = (entry.number, entry.hash, entry.recordedAt.nanoseconds)
    }

    /// Throws when the ledger ends before its mark.
    func finish() throws(LedgerFault) -> LedgerMark? {
        if let mark, mark.number > number { throw LedgerFault(.end, "the ledger ends at entry \(number), before the mark") }
        return number == 0 ? nil : LedgerMark(number: number, hash: hash)
    }

    private mutating func checkReversal(_ content: NewEntry, _ fault: (String) -> LedgerFault) throws(LedgerFault) {
        guard let target = content.reverses else { return }
        let number = number + 1
        guard target < number, !reversals.contains(target) else { throw fault("takes back what cannot be taken back") }
        guard reversed.insert(target).inserted else { throw fault("takes back entry \(target), which was taken back before") }
        reversals.insert(number)
    }

    private static func entry(
        _ columns: EntryColumns, _ lines: [(code: String, amount: Int64, debits: Int64, credits: Int64)]
    ) throws(LedgerFault) -> LedgerEntry {
        do {
            return try columns.entry(lines.map { LedgerLine(try LedgerAccount.stored($0.code), Money(fen: $0.amount)) })
        } catch {
            throw LedgerFault(.entry(columns.number), "could not have been booked: \(error)")
        }
    }
}
