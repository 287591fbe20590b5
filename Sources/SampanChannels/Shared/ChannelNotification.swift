package import SampanDomain

/// A notification whose signature, time and receiver were checked. What it says of an order is held against our own books by `check`; and
/// even then it is a hint: the channel is asked before money counts.
package struct ChannelNotification: Sendable, Hashable {
    /// The same for every repeat.
    package let id: String
    /// What makes this sending one of a kind; nil where the channel gives nothing of that sort (Alipay).
    package let nonce: String?
    package let outTradeNo: OutTradeNo
    /// What the order cost, as the channel says.
    package let total: Money
    package let event: ChannelEvent

    package init(id: String, nonce: String?, outTradeNo: OutTradeNo, total: Money, event: ChannelEvent) {
        self.id = id
        self.nonce = nonce
        self.outTradeNo = outTradeNo
        self.total = total
        self.event = event
    }

    /// Throws `unknownOrder` for an order, or a refund, that is not ours, and `wrongAmount` for another amount than ours.
    package func check(_ known: KnownOrder?) throws(ChannelFault) {
        guard let known, known.outTradeNo == outTradeNo else { throw .unknownOrder }
        guard total == known.amount else { throw .wrongAmount }
        switch event {
        case .paid, .closed, .waiting: break
        case .refunded(let notice), .refundFailed(let notice, _):
            guard let amount = known.refunds[notice.outRefundNo] else { throw .unknownOrder }
            guard notice.isCumulative ? notice.amount >= amount && notice.amount <= known.amount : notice.amount == amount else {
                throw .wrongAmount
            }
        }
    }
}

/// What our own books say of an order.
package struct KnownOrder: Sendable, Hashable {
    package let outTradeNo: OutTradeNo
    package let amount: Money
    /// Refunds that the channel was asked for, or may be.
    package let refunds: [RefundNo: Money]

    package init(outTradeNo: OutTradeNo, amount: Money, refunds: [RefundNo: Money] = [:]) {
        self.outTradeNo = outTradeNo
        self.amount = amount
        self.refunds = refunds
    }
}
