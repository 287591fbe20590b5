package import SampanDomain

/// One difference between the books: what it is, whose it is, how much is at stake and what to do next.
///
/// Order, refund, institution and channel with the type name it, so that who resolves it can refer to it.
package struct Break: Sendable, Hashable {
    package let type: BreakType
    /// Empty for a deposit.
    package let order: String
    /// Empty where it is not a refund's.
    package let refund: String
    package let institution: String
    /// Nil for a HIS charge of an order that nobody else knows.
    package let channel: PaymentChannelKind?
    /// Money at risk, in fen, never negative; what is in the other day's books for the two types that are a matter of time.
    package let amount: Int64
    package let action: BreakAction

    package init(
        _ type: BreakType, order: String, refund: String = "", institution: String, channel: PaymentChannelKind?, amount: Int64,
        action: BreakAction
    ) {
        self.type = type
        self.order = order
        self.refund = refund
        self.institution = institution
        self.channel = channel
        self.amount = amount
        self.action = action
    }
}

extension Break: Comparable {
    /// By order, refund and type; deposits, which have no order, stand behind all orders.
    package static func < (left: Break, right: Break) -> Bool {
        let (leftIsLast, rightIsLast) = (left.order.isEmpty, right.order.isEmpty)
        guard leftIsLast == rightIsLast else { return rightIsLast }
        return (left.order, left.refund, left.type.rawValue, left.institution, left.channel?.rawValue ?? "", left.amount)
            < (right.order, right.refund, right.type.rawValue, right.institution, right.channel?.rawValue ?? "", right.amount)
    }
}
