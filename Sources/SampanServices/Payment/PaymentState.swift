package import SampanDomain

/// Where a payment stands, with what is known there and nothing else. Pure: no clock, no store.
///
/// ```
///  created ──paid──► paid ──queued──► queued ──decided──► posted ■
///     │               │                 │
///   closed       unqueueable     decided │
///     ▼               ▼                 ▼
///  closed ■       rejected ◄──── rejected / expired ──refundStarted──► refunding ──refunded──► refunded ■
///     │                                 ▲        posted ──chargeReversed──┘ (the hospital took the charge back: 停诊, 退号)
///     │                                 ▲
///     └── paid (the channel took the money after all) → expired, PAID_AFTER_CLOSE
/// ```
/// ■ is final. `closed` is left again by money that comes late: it has to be given back, so there must be a way out; `posted` by a charge
/// that the HIS takes back.
package enum PaymentState: Sendable, Hashable {
    /// The order stands at the channel (or is on its way there); nobody has paid yet.
    case created
    /// Closed at the channel without a payment.
    case closed
    case paid(ChannelPayment)
    case queued(ChannelPayment, seq: Int64)
    case posted(ChannelPayment, seq: Int64, ReceiptNumber)
    case rejected(UnpostedPayment)
    case expired(UnpostedPayment)
    case refunding(UnpostedPayment, RefundNo)
    case refunded(UnpostedPayment, RefundNo)
}

/// Money that the channel has taken.
package struct ChannelPayment: Sendable, Hashable {
    package let transactionID: String
    package let paidAt: UnixTime

    package init(transactionID: String, paidAt: UnixTime) {
        self.transactionID = transactionID
        self.paidAt = paidAt
    }
}

/// Money taken for something that the HIS will never post, or has taken back.
package struct UnpostedPayment: Sendable, Hashable {
    package let payment: ChannelPayment
    /// nil when it never became a request row.
    package let seq: Int64?
    package let reason: OutcomeReason

    package init(payment: ChannelPayment, seq: Int64?, reason: OutcomeReason) {
        self.payment = payment
        self.seq = seq
        self.reason = reason
    }
}

extension PaymentState {
    /// No mover is needed any more.
    package var isFinal: Bool {
        switch self {
        case .posted, .refunded, .closed: true
        case .created, .paid, .queued, .rejected, .expired, .refunding: false
        }
    }

    /// As the database and the logs spell it.
    package var name: String {
        switch self {
        case .created: "created"
        case .closed: "closed"
        case .paid: "paid"
        case .queued: "queued"
        case .posted: "posted"
        case .rejected: "rejected"
        case .expired: "expired"
        case .refunding: "refunding"
        case .refunded: "refunded"
        }
    }

    package var channelPayment: ChannelPayment? {
        switch self {
        case .created, .closed: nil
        case .paid(let payment), .queued(let payment, _), .posted(let payment, _, _): payment
        case .rejected(let unposted), .expired(let unposted), .refunding(let unposted, _), .refunded(let unposted, _): unposted.payment
        }
    }

    package var seq: Int64? {
        switch self {
        case .created, .closed, .paid: nil
        case .queued(_, let seq), .posted(_, let seq, _): seq
        case .rejected(let unposted), .expired(let unposted), .refunding(let unposted, _), .refunded(let unposted, _): unposted.seq
        }
    }

    package var receipt: ReceiptNumber? {
        if case .posted(_, _, let receipt) = self { receipt } else { nil }
    }

    package var reason: OutcomeReason? {
        switch self {
        case .created, .closed, .paid, .queued, .posted: nil
        case .rejected(let unposted), .expired(let unposted), .refunding(let unposted, _), .refunded(let unposted, _): unposted.reason
        }
    }

    /// The money came when the order was closed already, and never became a row.
    var isPaidAfterClose: Bool {
        switch self {
        case .rejected(let unposted), .expired(let unposted), .refunding(let unposted, _), .refunded(let unposted, _):
            unposted.seq == nil && unposted.reason == Self.paidAfterClose
        case .created, .closed, .paid, .queued, .posted: false
        }
    }

    package var refundNo: RefundNo? {
        switch self {
        case .refunding(_, let number), .refunded(_, let number): number
        case .created, .closed, .paid, .queued, .posted, .rejected, .expired: nil
        }
    }
}
