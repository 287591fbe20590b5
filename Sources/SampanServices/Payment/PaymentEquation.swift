package import SampanDomain
internal import SampanStorage

/// What came in, and where it is: paid = posted + refunded + open, in fen, from the payments and from the journal apart.
package struct PaymentEquation: Sendable, Equatable {
    package let paid: Money
    package let posted: Money
    package let refunded: Money
    /// Paid, and neither posted nor refunded yet.
    package let open: Money
    /// Payments by state name.
    package let counts: [String: Int64]
    /// Sum of all lines of the journal: zero.
    package let journalSum: Money
    /// Entries whose lines do not add up to zero: none.
    package let unbalancedEntries: Int64
    /// What the journal says is owed to payers; equal to `open`.
    package let prepayment: Money

    /// All of it agrees, to the fen.
    package var holds: Bool {
        guard let accounted = try? posted.adding(refunded).adding(open) else { return false }
        return accounted == paid && journalSum == .zero && unbalancedEntries == 0 && prepayment == open
    }
}

extension PaymentStore {
    /// Read from one snapshot.
    package func equation() async throws(PaymentStoreError) -> PaymentEquation {
        try await database.read(PaymentStoreError.self) { tx in
            let counts = try tx.rows("SELECT state, COUNT(*) FROM payments GROUP BY state") { (try $0.text(0), try $0.int64(1)) }
            return PaymentEquation(
                paid: try Self.sum("SELECT SUM(amount_fen) FROM payments WHERE channel_txn IS NOT NULL", tx),
                posted: try Self.sum("SELECT SUM(amount_fen) FROM payments WHERE state = 'posted'", tx),
                refunded: try Self.sum("SELECT SUM(amount_fen) FROM payments WHERE state = 'refunded'", tx),
                open: try Self.sum(
                    "SELECT SUM(amount_fen) FROM payments WHERE state IN ('paid', 'queued', 'rejected', 'expired', 'refunding')", tx),
                counts: Dictionary(uniqueKeysWithValues: counts),
                journalSum: try Self.sum("SELECT SUM(amount_fen) FROM journal_lines", tx),
                unbalancedEntries: try tx.first(
                    """
                    SELECT COUNT(*) FROM journal_entries WHERE
                    COALESCE((SELECT SUM(amount_fen) FROM journal_lines WHERE entry = journal_entries.id), 1) <> 0
                    """
                ) { try $0.int64(0) } ?? 0,
                prepayment: try Self.sum("SELECT -SUM(amount_fen) FROM journal_lines WHERE account = '\(JournalAccount.prepayment)'", tx))
        }
    }

    private static func sum(_ sql: String, _ tx: borrowing Transaction) throws -> Money {
        Money(fen: try tx.first(sql) { try $0.optionalInt64(0) ?? 0 } ?? 0)
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
