package import SampanDomain

/// How a payer pays an order.
package enum AlipayPayer: Sendable, Hashable {
    /// By scanning a code (alipay.trade.precreate).
    case code
    /// In Alipay's app, as that buyer (alipay.trade.create).
    case buyer(openID: String)

    var method: Alipay.Method { self == .code ? .precreate : .create }
}

extension Alipay {
    package func makeOrder(_ order: ChannelOrder, payer: AlipayPayer, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var content = JSONMembers()
        content.text("out_trade_no", order.outTradeNo.text)
        content.text("total_amount", order.amount.yuan)
        content.text("subject", order.title)
        content.text("seller_id", merchant.sellerID)
        content.text("time_expire", order.expiry.chinaText)
        if case .buyer(let id) = payer { content.text("buyer_open_id", id) }
        return try request(payer.method, content, now: now)
    }

    /// The code's address, or the trade's number.
    package func readOrder(
        _ message: ChannelMessage, of number: OutTradeNo, payer: AlipayPayer, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<String> {
        let reading = try read(message, payer.method, now: now)
        guard case .good(let json) = reading else { return Self.answer(reading) }
        guard try json.outTradeNo() == number else { throw .wrongOrder }
        return .done(try json.text(payer == .code ? "qr_code" : "trade_no"))
    }

    package func queryOrder(_ number: OutTradeNo, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var content = JSONMembers()
        content.text("out_trade_no", number.text)
        return try request(.query, content, now: now)
    }

    /// - Parameter amount: the order's; another one is refused, whatever the signature.
    package func readQuery(
        _ message: ChannelMessage, of number: OutTradeNo, amount: Money, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<OrderState> {
        let reading = try read(message, .query, now: now)
        guard case .good(let json) = reading else { return Self.answer(reading) }
        guard try json.outTradeNo() == number else { throw .wrongOrder }
        let state = try json.text("trade_status")
        switch state {
        case "WAIT_BUYER_PAY": return .notYet(ChannelCode(own: state))
        // Never paid, or paid and given back whole: then it says when the money had come.
        case "TRADE_CLOSED": return .done(try json.optionalText("send_pay_date") == nil ? .closed : .refunding(number))
        // FINISHED was paid too, and can no longer be given back.
        case "TRADE_SUCCESS", "TRADE_FINISHED":
            guard try json.optionalText("trans_currency") ?? "CNY" == "CNY" else { throw .wrongCurrency }
            guard try json.yuan("total_amount") == amount else { throw .wrongAmount }
            return .done(
                .paid(
                    PaidOrder(
                        outTradeNo: number, transactionID: try json.text("trade_no"), amount: amount,
                        paidAt: try json.chinaTime("send_pay_date"))))
        default: throw .unknownState
        }
    }

    package func closeOrder(_ number: OutTradeNo, now: UnixTime) throws(ChannelFault) -> ChannelRequest {
        var content = JSONMembers()
        content.text("out_trade_no", number.text)
        return try request(.close, content, now: now)
    }

    package func readClose(
        _ message: ChannelMessage, of number: OutTradeNo, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<ChannelDone> {
        let reading = try read(message, .close, now: now)
        switch reading {
        case .good(let json):
            guard try json.outTradeNo() == number else { throw .wrongOrder }
            return .done(ChannelDone())
        case .bad(_, let subCode?) where AlipayErrors.business(ChannelCode(subCode)) == "TRADE_HAS_CLOSE":
            // It was closed before: what was asked for is so.
            return .done(ChannelDone())
        default: return Self.answer(reading)
        }
    }
}
