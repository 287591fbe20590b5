package import SampanDomain

/// What an account holds.
package struct AccountBalance: Sendable, Hashable {
    package let account: LedgerAccount
    /// All debits there ever were.
    package let debits: Money
    /// All credits there ever were.
    package let credits: Money
    /// On the account's own side: what we have, are owed, owe, earned or spent. Below zero for the other way round.
    package let balance: Money
    /// What may still go off: the balance less what is held. Nil for books of the past, since holds are of now.
    package let available: Money?

    /// Debits less credits: what trial balances sum.
    package var signed: Money { Money(fen: debits.fen - credits.fen) }

    init(_ account: LedgerAccount, debits: Int64, credits: Int64, available: Int64? = nil) {
        self.account = account
        self.debits = Money(fen: debits)
        self.credits = Money(fen: credits)
        balance = Money(fen: account.kind.isDebitNormal ? debits - credits : credits - debits)
        self.available = available.map(Money.init(fen:))
    }

    init(_ totals: AccountTotals) {
        self.init(totals.account, debits: totals.debits, credits: totals.credits, available: totals.available)
    }
}

/// All accounts at a moment 试算平衡表: debits and credits sum to the same, or the books are wrong.
package struct TrialBalance: Sendable, Hashable {
    package let moment: LedgerMoment
    /// By code. Accounts that nobody had booked on yet are left out.
    package let accounts: [AccountBalance]
    package let debits: Money
    package let credits: Money

    package var isBalanced: Bool { debits == credits }

    init(_ moment: LedgerMoment, _ accounts: [AccountBalance]) throws {
        self.moment = moment
        self.accounts = accounts
        debits = try accounts.reduce(.zero) { try $0.adding($1.debits) }
        credits = try accounts.reduce(.zero) { try $0.adding($1.credits) }
    }
}
