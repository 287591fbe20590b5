package import SampanDomain

extension PaymentEngine {
    /// Gives back the money of a payment whose charge the HIS has taken back under `receipt`: from posted on, the way of every refund.
    /// Asked again it finds what it did. Throws `.transition` where payment and HIS contradict each other, and `.storage`.
    package func reverse(
        _ outTradeNo: OutTradeNo, receipt: ReceiptNumber, amount: Money, reason: OutcomeReason
    ) async throws(PaymentStoreError) -> ReversedPayment {
        do throws(PaymentStoreError) {
            _ = try await startReversal(outTradeNo, receipt: receipt, amount: amount, reason: reason)
        } catch .unknownPayment {
            return .elsewhere
        } catch .transition(.illegal(state: "queued", event: _)) {
            return .notPostedYet
        }
        start(outTradeNo)
        return .refunding
    }
}

extension PaymentStore {
    /// Assigns the refund number of a posted payment and moves it to `refunding`, with the entries that take the hospital's claim back.
    /// A payment that is refunding or refunded under that reason comes back as it is. Throws as `apply`.
    package func startReversal(
        of outTradeNo: OutTradeNo, receipt: ReceiptNumber, amount: Money, reason: OutcomeReason, now: UnixTime
    ) async throws(PaymentStoreError) -> PaymentRecord {
        try await change(outTradeNo, expecting: nil, now: now) { record, tx in
            guard record.amount == amount else {
                throw PaymentStoreError.transition(.amountMismatch(ordered: record.amount, reported: amount))
            }
            if record.state.refundNo != nil, record.state.reason == reason { return .nothing }
            guard record.state.receipt == receipt else {
                throw PaymentStoreError.transition(.illegal(state: record.state.name, event: "charge reversed"))
            }
            record.refundStartedAt = now
            return try record.apply(.chargeReversed(receipt, reason, try RefundNumbers.next(now, tx)))
        }
    }
}
