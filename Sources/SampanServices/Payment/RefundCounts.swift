internal import SampanDomain
internal import SampanLedger
internal import SampanStorage

/// How many refunds there are, from a few rows: who looks at the ferry must not have every payment read.
package struct RefundCounts: Sendable, Equatable {
    /// Money that was taken, will not be posted, and is not back yet.
    package let underWay: Int64
    /// Confirmed by the channels.
    package let done: Int64

    static func read(_ tx: borrowing Transaction) throws -> RefundCounts {
        // The first condition is that of the index of unfinished payments, which are few.
        let underWay = try tx.first(
            """
            SELECT COUNT(*) FROM payments
            WHERE state NOT IN ('posted', 'refunded', 'closed') AND state IN ('rejected', 'expired', 'refunding')
            """
        ) { try $0.int64(0) }
        let done = try PaymentChannelKind.allCases.reduce(0) { sum, channel in
            sum + (try PaymentBooking.ledger.turnover(of: .refundConfirmed, on: .refundsInFlight(channel), tx).entries)
        }
        return RefundCounts(underWay: underWay ?? 0, done: done)
    }
}

extension PaymentStore {
    /// Read from one snapshot. Throws `.storage`.
    package func refundCounts() async throws(PaymentStoreError) -> RefundCounts {
        try await database.read(PaymentStoreError.self) { tx in try RefundCounts.read(tx) }
    }
}
