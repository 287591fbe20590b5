package import SampanDomain
internal import SampanLedger
package import SampanStorage

/// What came in, and where it is: paid = posted + refunded + open, in fen, from the payments and from the ledger apart.
package struct PaymentEquation: Sendable, Equatable {
    /// One of the two books.
    package struct Side: Sendable, Equatable {
        package let paid: Money
        package let posted: Money
        package let refunded: Money
        /// Paid, and neither posted nor refunded yet; what is refunding is a part of it.
        package let open: Money
        /// The channel is asked to give it back and has not confirmed it.
        package let refunding: Money

        package var addsUp: Bool {
            guard let accounted = try? posted.adding(refunded).adding(open) else { return false }
            return accounted == paid && refunding <= open
        }
    }

    /// By the states of the payments.
    package let payments: Side
    /// By the entries and balances of the ledger.
    package let ledger: Side
    /// Payments by state name.
    package let counts: [String: Int64]
    /// Debits less credits of all accounts: zero.
    package let ledgerSum: Money

    package var paid: Money { payments.paid }
    package var posted: Money { payments.posted }
    package var refunded: Money { payments.refunded }
    package var open: Money { payments.open }

    /// All of it agrees, to the fen.
    package var holds: Bool { payments.addsUp && ledger == payments && ledgerSum == .zero }
}

extension PaymentEquation.Side: CustomStringConvertible {
    package var description: String {
        "paid \(paid.yuan), posted \(posted.yuan), refunded \(refunded.yuan), open \(open.yuan), of these refunding \(refunding.yuan)"
    }
}

extension PaymentEquation {
    /// Of one snapshot.
    package static func read(_ tx: borrowing Transaction) throws -> PaymentEquation {
        let counts = try tx.rows("SELECT state, COUNT(*) FROM payments GROUP BY state") { (try $0.text(0), try $0.int64(1)) }
        let balance = try PaymentBooking.ledger.trialBalance(tx)
        return PaymentEquation(
            payments: try payments(tx), ledger: try ledger(balance, tx), counts: Dictionary(uniqueKeysWithValues: counts),
            ledgerSum: try balance.debits.subtracting(balance.credits))
    }

    private static func payments(_ tx: borrowing Transaction) throws -> Side {
        Side(
            paid: try sum("SELECT SUM(amount_fen) FROM payments WHERE channel_txn IS NOT NULL", tx),
            posted: try sum("SELECT SUM(amount_fen) FROM payments WHERE state = 'posted'", tx),
            refunded: try sum("SELECT SUM(amount_fen) FROM payments WHERE state = 'refunded'", tx),
            open: try sum(
                "SELECT SUM(amount_fen) FROM payments WHERE state IN ('paid', 'queued', 'rejected', 'expired', 'refunding')", tx),
            refunding: try sum("SELECT SUM(amount_fen) FROM payments WHERE state = 'refunding'", tx))
    }

    /// What moved by its events, what is open by the balances.
    private static func ledger(_ balance: TrialBalance, _ tx: borrowing Transaction) throws -> Side {
        let ledger = PaymentBooking.ledger
        func moved(_ event: LedgerEvent, _ account: LedgerAccount, _ tx: borrowing Transaction) throws -> Money {
            let sums = try ledger.turnover(of: event, on: account, tx)
            return max(sums.debits, sums.credits)
        }
        var (refunded, refunding, owed) = (Money.zero, Money.zero, Money.zero)
        for channel in PaymentChannelKind.allCases {
            refunded = try refunded.adding(try moved(.refundConfirmed, .refundsInFlight(channel), tx))
        }
        for account in balance.accounts {
            switch account.account {
            case .refundsInFlight: refunding = try refunding.adding(account.balance)
            case .customerPrepayment: owed = account.balance
            default: break
            }
        }
        let reversed = try moved(.chargeReversed, .customerPrepayment, tx)
        return Side(
            paid: try moved(.paid, .customerPrepayment, tx).adding(try moved(.paidLate, .customerPrepayment, tx)),
            posted: try moved(.posted, .customerPrepayment, tx).subtracting(reversed), refunded: refunded, open: try owed.adding(refunding),
            refunding: refunding)
    }

    private static func sum(_ sql: String, _ tx: borrowing Transaction) throws -> Money {
        Money(fen: try tx.first(sql) { try $0.optionalInt64(0) ?? 0 } ?? 0)
    }
}

extension PaymentStore {
    /// Read from one snapshot.
    package func equation() async throws(PaymentStoreError) -> PaymentEquation {
        try await database.read(PaymentStoreError.self) { tx in try PaymentEquation.read(tx) }
    }

    /// Every state a payment has been in, oldest first.
    package func timeline(_ outTradeNo: OutTradeNo) async throws(PaymentStoreError) -> [(state: String, at: UnixTime)] {
        try await database.read(PaymentStoreError.self) { tx in
            try tx.rows("SELECT state, at FROM payment_timeline WHERE out_trade_no = ? ORDER BY version", .text(outTradeNo.text)) {
                (state: try $0.text(0), at: UnixTime(nanoseconds: try $0.int64(1)))
            }
        }
    }
}
