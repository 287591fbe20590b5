package import SampanDomain

extension Alipay {
    /// alipay.trade.refund. Send it again with the same number until its end is known: Alipay refunds once per number.
    package func makeRefund(_ refund: ChannelRefund, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var content = JSONMembers()
        content.text("out_trade_no", refund.outTradeNo.text)
        content.text("out_request_no", refund.outRefundNo.text)
        content.text("refund_amount", refund.amount.yuan)
        content.text("refund_reason", refund.reason)
        return try request(.refund, content, now: now)
    }

    /// Code 10000 alone is not success: money has moved when `fund_change` is Y. N, which a repeat gets, and no word of it say nothing:
    /// the query decides.
    package func readRefund(
        _ message: ChannelMessage, of refund: ChannelRefund, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<RefundReceipt> {
        let reading = try read(message, .refund, now: now)
        guard case .good(let json) = reading else { return Self.answer(reading) }
        guard try json.outTradeNo() == refund.outTradeNo else { throw .wrongOrder }
        switch try json.optionalText("fund_change") {
        case "Y":
            // The sum of all refunds of the trade up to now, so that it may be more than this one.
            let fee = try json.yuan("refund_fee")
            guard fee >= refund.amount, fee <= refund.total else { throw .wrongAmount }
            return .done(refund.receipt)
        case "N", nil: return .notYet(ChannelCode(own: "FUND_CHANGE_N"))
        default: throw .unknownState
        }
    }

    /// alipay.trade.fastpay.refund.query. Ten seconds after the refund at the earliest, or it may not be found yet.
    package func queryRefund(_ refund: ChannelRefund, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var content = JSONMembers()
        content.text("out_trade_no", refund.outTradeNo.text)
        content.text("out_request_no", refund.outRefundNo.text)
        return try request(.refundQuery, content, now: now)
    }

    /// Done only with `REFUND_SUCCESS`. Without a status the refund was not received, failed, or goes on: send it again, same number.
    package func readRefundQuery(
        _ message: ChannelMessage, of refund: ChannelRefund, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<RefundReceipt> {
        let reading = try read(message, .refundQuery, now: now)
        guard case .good(let json) = reading else { return Self.answer(reading) }
        guard let status = try json.optionalText("refund_status") else { return .notYet(ChannelCode(own: "NO_REFUND_STATUS")) }
        guard status == "REFUND_SUCCESS" else { throw .unknownState }
        guard try json.outTradeNo() == refund.outTradeNo, try json.refundNo("out_request_no") == refund.outRefundNo else {
            throw .wrongOrder
        }
        guard try json.yuan("refund_amount") == refund.amount, try json.yuan("total_amount") == refund.total else { throw .wrongAmount }
        return .done(refund.receipt)
    }
}
