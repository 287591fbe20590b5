internal import SampanAPI
internal import SampanDomain

/// The contract's messages as the channel's values, and back.
extension OrderTerms {
    init(_ request: ChannelV1.CreateOrderRequest) throws(ChannelError) {
        guard let channel = PaymentChannelKind(request.channel) else {
            throw .badField("channel", "unknown; right would be WECHAT_PAY or ALIPAY")
        }
        var expiresAt: UnixTime?
        if let asked = request.expiresAt {
            guard let nanoseconds = asked.nanosecondsSince1970 else {
                throw .badField("expires_at", "no moment between 1677 and 2262")
            }
            expiresAt = UnixTime(nanoseconds: nanoseconds)
        }
        try self.init(
            outTradeNo: try OutTradeNo(checking: request.outTradeNo), channel: channel, amountFen: request.amountFen,
            description: request.description, expiresAt: expiresAt)
    }
}

extension RefundTerms {
    init(_ request: ChannelV1.CreateRefundRequest) throws(ChannelError) {
        try self.init(
            outTradeNo: try OutTradeNo(checking: request.outTradeNo), outRefundNo: try RefundNo(checking: request.outRefundNo),
            amountFen: request.amountFen, reason: request.reason)
    }
}

extension OutTradeNo {
    init(checking text: String) throws(ChannelError) {
        do throws(DomainError) { try self.init(text) } catch { throw .badField(error.field, error.message) }
    }
}

extension RefundNo {
    init(checking text: String) throws(ChannelError) {
        do throws(DomainError) { try self.init(text) } catch { throw .badField(error.field, error.message) }
    }
}

extension PaymentChannelKind {
    init?(_ channel: GatewayV1.PaymentChannel) {
        switch channel {
        case .wechatPay: self = .wechatPay
        case .alipay: self = .alipay
        case .unspecified, .unrecognized: return nil
        }
    }

    var message: GatewayV1.PaymentChannel {
        switch self {
        case .wechatPay: .wechatPay
        case .alipay: .alipay
        }
    }
}

extension StoredOrder {
    var message: ChannelV1.ChannelOrder {
        ChannelV1.ChannelOrder(
            outTradeNo: terms.outTradeNo.text, channel: terms.channel.message, amountFen: terms.amountFen, state: state.message,
            transactionID: transactionID ?? "", paidAt: paidAt.map { .init(nanosecondsSince1970: $0.nanoseconds) },
            checkoutToken: checkoutToken)
    }
}

extension StoredOrder.State {
    var message: ChannelV1.OrderState {
        switch self {
        case .notPaid: .notPaid
        case .paid: .paid
        case .closed: .closed
        }
    }
}

extension StoredRefund {
    var message: ChannelV1.Refund {
        ChannelV1.Refund(
            outRefundNo: terms.outRefundNo.text, outTradeNo: terms.outTradeNo.text, amountFen: terms.amountFen,
            state: succeededAt == nil ? .processing : .succeeded, refundID: refundID,
            succeededAt: succeededAt.map { .init(nanosecondsSince1970: $0.nanoseconds) })
    }
}
