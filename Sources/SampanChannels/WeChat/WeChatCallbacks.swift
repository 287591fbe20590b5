package import SampanDomain

/// Notifications of WeChat Pay, from bytes to what they tell. Holds what was taken of late; one of them per merchant, behind a lock.
package struct WeChatCallbacks: Sendable {
    /// Replaced when the platform's keys change.
    package var pay: WeChatPay
    private var window: CallbackWindow

    package init(pay: WeChatPay, window: CallbackWindow = CallbackWindow()) {
        self.pay = pay
        self.window = window
    }

    /// Taken: the channel stops repeating it. Say so only when it is kept.
    package static let accepted = ChannelReply(status: 204, contentType: "application/json", body: "")
    /// Not taken. The text tells a forger nothing.
    package static let refused = ChannelReply(
        status: 400, contentType: "application/json", body: #"{"code":"FAIL","message":"refused"}"#)

    /// Checks size, time, key, signature, that it is no replay, seal, receiver and currency, in this order. `ChannelNotification.check`
    /// holds the rest against our books.
    package mutating func receive(_ message: ChannelMessage, now: UnixTime) throws(ChannelFault) -> ChannelNotification {
        try message.checkSize()
        let stamp = try WeChatPay.verify(message, by: pay.keys, now: now)
        try window.take(nonce: stamp.nonce, timestamp: stamp.timestamp, now: now)
        let json = try ChannelJSON(message.body)
        guard try json.text("resource_type") == "encrypt-resource" else { throw .malformed("resource_type") }
        let id = try json.text("id")
        let kind = try json.text("event_type")
        let sealed = try json.object("resource")
        let content = try ChannelJSON(pay.opened(sealed))
        guard try content.text("mchid") == pay.merchant.mchid else { throw .wrongMerchant }
        let amount = try content.object("amount")
        let total = try WeChatPay.amount(amount, "total")
        let number = try content.outTradeNo()
        let event: ChannelEvent
        switch (kind, try sealed.optionalText("original_type")) {
        case ("TRANSACTION.SUCCESS", "transaction"), ("TRANSACTION.SUCCESS", nil):
            guard case .done(.paid(let order)) = try pay.state(content, of: number, amount: total) else { throw .unknownState }
            event = .paid(order)
        case ("REFUND.SUCCESS", "refund"), ("REFUND.ABNORMAL", "refund"), ("REFUND.CLOSED", "refund"), ("REFUND.SUCCESS", nil),
            ("REFUND.ABNORMAL", nil), ("REFUND.CLOSED", nil):
            event = try refund(content, kind, try WeChatPay.amount(amount, "refund"))
        default: throw .unknownState
        }
        return ChannelNotification(id: id, nonce: stamp.nonce, outTradeNo: number, total: total, event: event)
    }

    /// What was received could not be kept: the same one may come again.
    package mutating func release(_ notification: ChannelNotification) {
        if let nonce = notification.nonce { window.release(nonce: nonce) }
    }

    private func refund(_ content: ChannelJSON, _ kind: String, _ amount: Money) throws(ChannelFault) -> ChannelEvent {
        let notice = RefundNotice(outRefundNo: try content.refundNo("out_refund_no"), amount: amount, isCumulative: false)
        let status = try content.text("refund_status")
        guard kind == "REFUND.\(status)" else { throw .unknownState }
        return status == "SUCCESS" ? .refunded(notice) : .refundFailed(notice, ChannelCode(own: status))
    }
}
