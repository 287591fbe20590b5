package import SampanDomain
internal import SampanJSON

/// Notifications of Alipay (异步通知), from bytes to what they tell.
///
/// A notification has no nonce, and Alipay repeats it with the same `notify_id`, for 25 hours, until the answer is the word `success`. So
/// a repeat is nothing strange here: who handles it must bear it, and what is older than the last repeat is refused. `notify_time` is
/// documented as the time of sending; whether a repeat has it anew does not matter here.
package struct AlipayCallbacks: Sendable {
    /// Oldest notification taken, in seconds: the last repeat comes after 24 h 22 min; with the skew.
    package static let ageLimit: Int64 = 25 * 3_600 + CallbackWindow.skewSeconds

    package let alipay: Alipay

    package init(alipay: Alipay) { self.alipay = alipay }

    /// Taken: these seven letters and nothing else. Say so only when it is kept.
    package static let accepted = ChannelReply(status: 200, contentType: "text/plain", body: "success")
    package static let refused = ChannelReply(status: 200, contentType: "text/plain", body: "failure")

    /// Checks size, form, signature, age, receiver and currency, in this order. `ChannelNotification.check` holds the rest against our
    /// books.
    package func receive(_ message: ChannelMessage, now: UnixTime) throws(ChannelFault) -> ChannelNotification {
        try message.checkSize()
        let form = try AlipayForm(message.body)
        try verify(form, now: now)
        try checkAge(form, now: now)
        guard try form.text("app_id") == alipay.merchant.appID else { throw .wrongApp }
        guard try form.text("seller_id") == alipay.merchant.sellerID else { throw .wrongMerchant }
        guard let number = try? OutTradeNo(form.text("out_trade_no")) else { throw .malformed("out_trade_no") }
        guard form["trans_currency"] ?? "CNY" == "CNY" else { throw .wrongCurrency }
        let total = try ChannelAmount.yuan(form["total_amount"] ?? "")
        return ChannelNotification(
            id: try form.text("notify_id"), nonce: nil, outTradeNo: number, total: total, event: try event(form, number, total))
    }

    /// Over every parameter that came but `sign` and `sign_type`, an empty one too: that is what the documents say of notifications.
    private func verify(_ form: AlipayForm, now: UnixTime) throws(ChannelFault) {
        guard let sign = form["sign"], !sign.isEmpty else { throw .badSignature }
        // RSA is SHA-1: whoever could choose it could forge.
        guard form["sign_type"] == "RSA2" else { throw .malformed("sign_type") }
        guard (form["charset"] ?? "utf-8").lowercased() == "utf-8" else { throw .malformed("charset") }
        guard let signature = Base64Text.decodeStrictly(Array(sign.utf8)) else { throw .badSignature }
        try alipay.verify(signature, form.signed(without: ["sign", "sign_type"]), by: form["alipay_cert_sn"], now: now)
    }

    private func checkAge(_ form: AlipayForm, now: UnixTime) throws(ChannelFault) {
        guard let time = try? UnixTime(chinaText: form.text("notify_time")) else { throw .malformed("notify_time") }
        guard (-CallbackWindow.skewSeconds...Self.ageLimit).contains(now.seconds - time.seconds) else { throw .staleTimestamp }
    }

    private func event(_ form: AlipayForm, _ number: OutTradeNo, _ total: Money) throws(ChannelFault) -> ChannelEvent {
        guard try form.text("notify_type") == "trade_status_sync" else { throw .unknownState }
        let status = try form.text("trade_status")
        guard ["WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_SUCCESS", "TRADE_FINISHED"].contains(status) else { throw .unknownState }
        // Of a refund, in part (the trade goes on as SUCCESS) or whole (CLOSED): the number that we gave it (out_request_no) comes back as
        // out_biz_no. Without one it is news of the trade.
        if form["gmt_refund"]?.isEmpty == false, let text = form["out_biz_no"], !text.isEmpty {
            guard let refundNo = try? RefundNo(text) else { throw .malformed("out_biz_no") }
            return .refunded(
                RefundNotice(outRefundNo: refundNo, amount: try ChannelAmount.yuan(form["refund_fee"] ?? ""), isCumulative: true))
        }
        switch status {
        case "WAIT_BUYER_PAY": return .waiting
        case "TRADE_CLOSED": return .closed
        default:
            guard let paidAt = try? UnixTime(chinaText: form.text("gmt_payment")) else { throw .malformed("gmt_payment") }
            return .paid(
                PaidOrder(outTradeNo: number, transactionID: try form.text("trade_no"), amount: total, paidAt: paidAt))
        }
    }
}
