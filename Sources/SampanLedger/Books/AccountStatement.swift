package import SampanDomain

/// A page of what happened on an account 明细账, in the order of recording.
package struct AccountStatement: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        /// Number of the entry.
        package let entry: Int64
        package let day: BusinessDay
        package let recordedAt: UnixTime
        package let event: LedgerEvent
        package let key: String
        package let reason: String
        package let actor: String
        package let reverses: Int64?
        /// A debit above zero, a credit below.
        package let amount: Money
        /// On the account's own side, after this line.
        package let balance: Money
    }

    package let account: LedgerAccount
    package let moment: LedgerMoment
    /// Balance before the first line.
    package let opening: Money
    package let lines: [Line]
    /// The number to ask on with; nil at the end.
    package let next: Int64?

    /// Balance after the last line.
    package var closing: Money { lines.last?.balance ?? opening }
}
