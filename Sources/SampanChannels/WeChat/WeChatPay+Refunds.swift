package import SampanDomain

extension WeChatPay {
    /// `POST /v3/refund/domestic/refunds`. Send it again with the same number until its end is known: the channel refunds once per number.
    package func makeRefund(_ refund: ChannelRefund, now: UnixTime, nonce: String) throws(ChannelFault) -> ChannelRequest {
        var amount = JSONMembers()
        amount.number("refund", refund.amount.fen)
        amount.number("total", refund.total.fen)
        amount.text("currency", "CNY")
        var body = JSONMembers()
        body.text("out_trade_no", refund.outTradeNo.text)
        body.text("out_refund_no", refund.outRefundNo.text)
        body.text("reason", refund.reason)
        body.text("notify_url", merchant.notifyURL)
        body.object("amount", amount)
        return try request(.post, "/v3/refund/domestic/refunds", body, now: now, nonce: nonce)
    }

    /// `GET /v3/refund/domestic/refunds/{out_refund_no}`.
    package func queryRefund(_ number: RefundNo, now: UnixTime, nonce: String) throws(ChannelFault) -> ChannelRequest {
        try request(.get, "/v3/refund/domestic/refunds/\(Percent.encode(number.text))", nil, now: now, nonce: nonce)
    }

    /// The answer to either: both tell the refund's state, and accepted is not done.
    package func readRefund(
        _ message: ChannelMessage, of refund: ChannelRefund, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<RefundReceipt> {
        switch try read(message, now: now) {
        case .bad(let code): return WeChatErrors.answer(code)
        case .good(let body):
            let json = try ChannelJSON(body)
            try Self.check(json, is: refund)
            let amount = try json.object("amount")
            try Self.check(amount, "total", is: refund.total)
            try Self.check(amount, "refund", is: refund.amount)
            let status = try json.text("status")
            switch status {
            case "SUCCESS": return .done(refund.receipt)
            case "PROCESSING": return .notYet(ChannelCode(own: status))
            // ABNORMAL: the payer's card is gone, and a person must give the money back in another way.
            case "CLOSED", "ABNORMAL": return .refused(ChannelCode(own: status))
            default: throw .unknownState
            }
        }
    }

    static func check(_ json: ChannelJSON, is refund: ChannelRefund) throws(ChannelFault) {
        guard try json.outTradeNo() == refund.outTradeNo, try json.refundNo("out_refund_no") == refund.outRefundNo else {
            throw .wrongOrder
        }
    }
}
