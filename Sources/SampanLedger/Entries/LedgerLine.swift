package import SampanDomain

/// One line of an entry: an account and what moves on it.
package struct LedgerLine: Sendable, Hashable {
    package let account: LedgerAccount
    /// A debit above zero, a credit below.
    package let amount: Money
    /// That of `account`, made once: it is what sorts, is hashed and is looked up.
    let code: String

    package init(_ account: LedgerAccount, _ amount: Money) {
        self.account = account
        self.amount = amount
        code = account.code
    }

    package static func debit(_ account: LedgerAccount, _ amount: Money) -> LedgerLine { LedgerLine(account, amount) }

    /// Throws for the one amount that has no other side.
    package static func credit(_ account: LedgerAccount, _ amount: Money) throws(LedgerError) -> LedgerLine {
        do throws(DomainError) { return LedgerLine(account, try amount.negated()) } catch { throw .overflow }
    }

    /// Debits first, each side by code: the order of books, and the one that is hashed.
    static func isBefore(_ left: LedgerLine, _ right: LedgerLine) -> Bool {
        (left.amount.fen < 0 ? 1 : 0, left.code) < (right.amount.fen < 0 ? 1 : 0, right.code)
    }
}
