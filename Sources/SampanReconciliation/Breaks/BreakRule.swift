/// Who resolves a break: the table from action to rule. What is not named here takes two persons.
package enum BreakRule: Sendable, Hashable {
    /// The payer's money goes back, once, without a person: it can never be posted, or its refund has its number already.
    case refund
    /// Nothing is to be done: it is a matter of time alone.
    case note
    /// One person proposes, another approves.
    case twoPersons
}

extension Break {
    package var rule: BreakRule {
        if type.isTimingOnly { return .note }
        switch action {
        case .refundPayer where type == .long && !order.isEmpty: return .refund
        case .repeatRefund where type == .refundMissingAtChannel && !order.isEmpty && !refund.isEmpty: return .refund
        default: return .twoPersons
        }
    }
}
