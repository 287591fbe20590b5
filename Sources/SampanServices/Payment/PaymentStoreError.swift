package import SampanDomain
package import SampanLedger
package import SampanStorage

/// Why the payment store refused. No payment was changed.
package enum PaymentStoreError: StorageFailure, Equatable {
    /// The caller used this request id before for another body; that payment is named.
    case requestIDReused(OutTradeNo)
    /// Another request has made a payment under this order number.
    case outTradeNoTaken(OutTradeNo)
    case unknownPayment(OutTradeNo)
    /// Somebody else has moved the payment since it was read: read `current` and think again.
    case stale(current: PaymentRecord)
    case transition(PaymentTransitionError)
    /// The refund numbers of the day are used up.
    case refundNumbersExhausted
    /// The books refuse the movement: they contradict the payments, and a person has to look.
    case ledger(LedgerError)
    case storage(StorageError)
}
