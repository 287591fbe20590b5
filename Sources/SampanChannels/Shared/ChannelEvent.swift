package import SampanDomain

/// An order that was paid, as the channel says.
package struct PaidOrder: Sendable, Hashable {
    package let outTradeNo: OutTradeNo
    /// The channel's own number.
    package let transactionID: String
    package let amount: Money
    package let paidAt: UnixTime

    package init(outTradeNo: OutTradeNo, transactionID: String, amount: Money, paidAt: UnixTime) {
        self.outTradeNo = outTradeNo
        self.transactionID = transactionID
        self.amount = amount
        self.paidAt = paidAt
    }
}

/// Where an order stands that is not waiting for its payer.
package enum OrderState: Sendable, Hashable {
    case paid(PaidOrder)
    /// It was paid, and some of it, or all, was given back or is on the way: ask for the refund.
    case refunding(OutTradeNo)
    /// Nobody can pay it any more.
    case closed
}

/// A refund that arrived, as the channel says.
package struct RefundReceipt: Sendable, Hashable {
    package let outTradeNo: OutTradeNo
    package let outRefundNo: RefundNo
    package let amount: Money

    package init(outTradeNo: OutTradeNo, outRefundNo: RefundNo, amount: Money) {
        self.outTradeNo = outTradeNo
        self.outRefundNo = outRefundNo
        self.amount = amount
    }
}

/// A refund as a notification tells of it.
package struct RefundNotice: Sendable, Hashable {
    package let outRefundNo: RefundNo
    package let amount: Money
    /// The amount is that of all refunds of the order up to then (Alipay's refund_fee), so at least this one's.
    package let isCumulative: Bool

    package init(outRefundNo: RefundNo, amount: Money, isCumulative: Bool) {
        self.outRefundNo = outRefundNo
        self.amount = amount
        self.isCumulative = isCumulative
    }
}

/// What a notification tells.
package enum ChannelEvent: Sendable, Hashable {
    case paid(PaidOrder)
    /// Nobody can pay it any more. Alipay says the same of one that was paid and given back whole.
    case closed
    case waiting
    case refunded(RefundNotice)
    /// The refund will not arrive by itself; the code says how it ended.
    case refundFailed(RefundNotice, ChannelCode)
}
