package import SampanDomain

/// What happens to a payment. Each may come twice (a repeated callback, a mover that was restarted): the second changes nothing.
package enum PaymentEvent: Sendable, Hashable {
    /// The channel says that it has the money, and how much.
    case paid(ChannelPayment, amount: Money)
    /// The channel has closed the order unpaid; it will not take money for it any more.
    case closed
    /// The outer request store has numbered its row.
    case queued(seq: Int64)
    /// The outer request store refused it for good, so that no row exists; never for a store that was merely busy.
    case unqueueable(OutcomeReason)
    /// The inside has decided.
    case decided(RequestOutcome)
    /// A refund number was assigned; the channel may be asked from now on.
    case refundStarted(RefundNo)
    /// The HIS has taken the charge back that it had posted under this receipt (停诊, 退号); the channel may be asked from now on.
    case chargeReversed(ReceiptNumber, OutcomeReason, RefundNo)
    /// The channel has given the whole amount back.
    case refunded

    package var name: String {
        switch self {
        case .paid: "paid"
        case .closed: "closed"
        case .queued: "queued"
        case .unqueueable: "unqueueable"
        case .decided: "decided"
        case .refundStarted: "refund started"
        case .chargeReversed: "charge reversed"
        case .refunded: "refunded"
        }
    }
}

/// An event that cannot happen in a state. Nothing was changed.
package enum PaymentTransitionError: Error, Sendable, Hashable {
    /// The event does not belong to the state, or contradicts what it knows.
    case illegal(state: String, event: String)
    /// The channel reports another amount than was ordered: a case for reconciliation, never for guessing.
    case amountMismatch(ordered: Money, reported: Money)
    /// The channel reports a second payment of the same order under another transaction number.
    case secondPayment(known: String, reported: String)
}
