package import SampanDomain

/// What an event does to a state.
package enum PaymentStep: Sendable, Hashable {
    /// The event was seen before.
    case unchanged
    case moved(PaymentState, LedgerMovement?)
}

/// Money that moves with a step; each happens at most once in the life of a payment.
package enum LedgerMovement: Sendable, Hashable, CaseIterable {
    /// Channel clearing owes us, we owe the customer.
    case received
    /// We owe the hospital, no longer the customer.
    case posted
    /// We owe the hospital no longer, and the channel is asked to pay the customer back.
    case chargeReversed
    /// The channel is asked to pay the customer back; until it has, the refund is in flight.
    case refundStarted
    /// Channel clearing has paid the customer back.
    case refunded
}

extension PaymentState {
    /// The reason under which money that came after closing is given back.
    package static let paidAfterClose = OutcomeReason(
        constant: "PAID_AFTER_CLOSE", "the channel took the money after the order was closed; it is given back")

    /// The step that an event makes from here, for an order of `amount`. Throws for what cannot be, and changes nothing then.
    package func applying(_ event: PaymentEvent, amount: Money) throws(PaymentTransitionError) -> PaymentStep {
        switch event {
        case .paid(let payment, let reported): try paying(payment, reported: reported, ordered: amount)
        case .closed: try closing(event)
        case .queued(let seq): try queueing(seq, event)
        case .unqueueable(let reason): try refusing(reason, event)
        case .decided(let outcome): try deciding(outcome, event)
        case .refundStarted(let number): try startingRefund(number, event)
        case .chargeReversed(let receipt, let reason, let number): try reversing(receipt, reason, number, event)
        case .refunded: try finishingRefund(event)
        }
    }

    private func paying(_ payment: ChannelPayment, reported: Money, ordered: Money) throws(PaymentTransitionError) -> PaymentStep {
        guard reported == ordered else { throw .amountMismatch(ordered: ordered, reported: reported) }
        if let known = channelPayment {
            guard known.transactionID == payment.transactionID else {
                throw .secondPayment(known: known.transactionID, reported: payment.transactionID)
            }
            return .unchanged
        }
        if case .closed = self {
            // It never became a row, so nothing inside has to be asked before it is given back.
            return .moved(.expired(UnpostedPayment(payment: payment, seq: nil, reason: Self.paidAfterClose)), .received)
        }
        return .moved(.paid(payment), .received)
    }

    private func closing(_ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        switch self {
        case .created: .moved(.closed, nil)
        case .closed: .unchanged
        default: throw illegal(event)
        }
    }

    private func queueing(_ seq: Int64, _ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        if case .paid(let payment) = self { return .moved(.queued(payment, seq: seq), nil) }
        guard self.seq == seq else { throw illegal(event) }
        return .unchanged
    }

    private func refusing(_ reason: OutcomeReason, _ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        if case .paid(let payment) = self { return .moved(.rejected(UnpostedPayment(payment: payment, seq: nil, reason: reason)), nil) }
        guard seq == nil, self.reason == reason else { throw illegal(event) }
        return .unchanged
    }

    private func deciding(_ outcome: RequestOutcome, _ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        if case .queued(let payment, let seq) = self {
            switch outcome {
            case .posted(let receipt): return .moved(.posted(payment, seq: seq, receipt), .posted)
            case .rejected(let reason): return .moved(.rejected(UnpostedPayment(payment: payment, seq: seq, reason: reason)), nil)
            case .expired(let reason): return .moved(.expired(UnpostedPayment(payment: payment, seq: seq, reason: reason)), nil)
            }
        }
        switch (self, outcome) {
        case (.posted(_, _, let known), .posted(let receipt)) where known == receipt: return .unchanged
        case (.rejected(let known), .rejected(let reason)) where known.seq != nil && known.reason == reason: return .unchanged
        case (.expired(let known), .expired(let reason)) where known.seq != nil && known.reason == reason: return .unchanged
        case (.refunding(let known, _), .rejected(let reason)), (.refunding(let known, _), .expired(let reason)),
            (.refunded(let known, _), .rejected(let reason)), (.refunded(let known, _), .expired(let reason)):
            guard known.seq != nil, known.reason == reason else { throw illegal(event) }
            return .unchanged
        default: throw illegal(event)
        }
    }

    private func startingRefund(_ number: RefundNo, _ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        switch self {
        case .rejected(let unposted), .expired(let unposted): return .moved(.refunding(unposted, number), .refundStarted)
        default:
            guard refundNo == number else { throw illegal(event) }
            return .unchanged
        }
    }

    private func reversing(
        _ receipt: ReceiptNumber, _ reason: OutcomeReason, _ number: RefundNo, _ event: PaymentEvent
    ) throws(PaymentTransitionError) -> PaymentStep {
        if case .posted(let payment, let seq, receipt) = self {
            return .moved(.refunding(UnpostedPayment(payment: payment, seq: seq, reason: reason), number), .chargeReversed)
        }
        guard refundNo == number, self.reason == reason else { throw illegal(event) }
        return .unchanged
    }

    private func finishingRefund(_ event: PaymentEvent) throws(PaymentTransitionError) -> PaymentStep {
        switch self {
        case .refunding(let unposted, let number): .moved(.refunded(unposted, number), .refunded)
        case .refunded: .unchanged
        default: throw illegal(event)
        }
    }

    private func illegal(_ event: PaymentEvent) -> PaymentTransitionError { .illegal(state: name, event: event.name) }
}
