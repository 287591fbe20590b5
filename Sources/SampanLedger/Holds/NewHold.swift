package import SampanDomain

/// An amount that somebody wants set aside, for an entry of two lines that may come.
package struct NewHold: Sendable, Hashable {
    /// One key, one hold, for ever; the entry that posts it has the same key.
    package let key: String
    /// What will have happened when it is posted.
    package let event: LedgerEvent
    package let debit: LedgerAccount
    package let credit: LedgerAccount
    package let amount: Money
    /// When it may no longer be posted; nil for one that waits for ever.
    package let expiresAt: UnixTime?
    package let reason: String
    package let actor: String

    /// Throws `noAmount`, `accountTwice` and `text`.
    package init(
        key: String, event: LedgerEvent, debit: LedgerAccount, credit: LedgerAccount, amount: Money, expiresAt: UnixTime?, reason: String,
        actor: String
    ) throws(LedgerError) {
        guard amount > .zero else { throw .noAmount }
        guard debit != credit else { throw .accountTwice(debit) }
        try EntryText.check(key: key, reason: reason, actor: actor)
        self.key = key
        self.event = event
        self.debit = debit
        self.credit = credit
        self.amount = amount
        self.expiresAt = expiresAt
        self.reason = reason
        self.actor = actor
    }
}
