package import SampanDomain

/// An entry that somebody wants booked. Balanced, once it is made.
package struct NewEntry: Sendable, Hashable {
    /// More lines are several entries.
    package static let maximumLines = 16

    /// What happened, named so that it can happen once only: one key, one entry, for ever.
    package let key: String
    package let event: LedgerEvent
    /// The day in China to which it belongs, whenever it is recorded.
    package let day: BusinessDay
    /// Debits first.
    package let lines: [LedgerLine]
    /// Why, for people. No patient's data: it is kept for ever.
    package let reason: String
    /// Who: a person's account, or the part of the platform.
    package let actor: String
    /// The entry that this one takes back.
    let reverses: Int64?

    /// Throws `unbalanced`, `lineCount`, `accountTwice`, `noAmount`, `overflow` and `text`.
    /// - Parameters:
    ///   - key: 1 to 128 bytes of printable ASCII without blanks.
    ///   - reason: at most 400 bytes.
    ///   - actor: 1 to 128 bytes.
    package init(
        key: String, event: LedgerEvent, day: BusinessDay, lines: [LedgerLine], reason: String, actor: String
    ) throws(LedgerError) {
        try self.init(key: key, event: event, day: day, lines: lines, reason: reason, actor: actor, reverses: nil)
    }

    init(
        key: String, event: LedgerEvent, day: BusinessDay, lines: [LedgerLine], reason: String, actor: String, reverses: Int64?
    ) throws(LedgerError) {
        guard (2...Self.maximumLines).contains(lines.count) else { throw .lineCount(lines.count) }
        var sum: Int64 = 0
        for (place, line) in lines.enumerated() {
            guard line.amount != .zero else { throw .noAmount }
            if lines[..<place].contains(where: { $0.account == line.account }) { throw .accountTwice(line.account) }
            let (next, overflow) = sum.addingReportingOverflow(line.amount.fen)
            guard !overflow else { throw .overflow }
            sum = next
        }
        guard sum == 0 else { throw .unbalanced(Money(fen: sum)) }
        try EntryText.check(key: key, reason: reason, actor: actor)
        self.key = key
        self.event = event
        self.day = day
        self.lines = lines.sorted(by: LedgerLine.isBefore)
        self.reason = reason
        self.actor = actor
        self.reverses = reverses
    }
}

/// What keys, reasons and actors may be.
enum EntryText {
    static func check(key: String, reason: String, actor: String) throws(LedgerError) {
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .text(DomainError(field: "key", message: "right would be 1 to 128 bytes of printable ASCII without blanks"))
        }
        guard reason.utf8.count <= 400 else { throw .text(DomainError(field: "reason", message: "more than 400 bytes")) }
        guard (1...128).contains(actor.utf8.count) else {
            throw .text(DomainError(field: "actor", message: "right would be 1 to 128 bytes"))
        }
    }
}
