package import SampanDomain

/// How a payer pays an order.
package enum WeChatPayer: Sendable, Hashable {
    /// By scanning a code (Native 下单).
    case native
    /// In WeChat's browser or a mini program (JSAPI 下单), as the payer of that openid.
    case jsapi(openid: String)
}

extension WeChatPay {
    /// Makes an order: `POST /v3/pay/transactions/native` or `/jsapi`.
    package func makeOrder(
        _ order: ChannelOrder, payer: WeChatPayer, now: UnixTime, nonce: String
    ) throws(ChannelFault) -> ChannelRequest {
        var amount = JSONMembers()
        amount.number("total", order.amount.fen)
        amount.text("currency", "CNY")
        var body = JSONMembers()
        body.text("appid", merchant.appid)
        body.text("mchid", merchant.mchid)
        body.text("description", order.title)
        body.text("out_trade_no", order.outTradeNo.text)
        body.text("time_expire", order.expiry.chinaText.split(separator: " ").joined(separator: "T") + "+08:00")
        body.text("notify_url", merchant.notifyURL)
        body.object("amount", amount)
        var path = "/v3/pay/transactions/native"
        if case .jsapi(let openid) = payer {
            var member = JSONMembers()
            member.text("openid", openid)
            body.object("payer", member)
            path = "/v3/pay/transactions/jsapi"
        }
        return try request(.post, path, body, now: now, nonce: nonce)
    }

    /// The code's address, or the prepared order's number.
    package func readOrder(_ message: ChannelMessage, payer: WeChatPayer, now: UnixTime) throws(ChannelFault) -> ChannelAnswer<String> {
        switch try read(message, now: now) {
        case .bad(let code): return WeChatErrors.answer(code)
        case .good(let body): return .done(try ChannelJSON(body).text(payer == .native ? "code_url" : "prepay_id"))
        }
    }

    /// `GET /v3/pay/transactions/out-trade-no/{out_trade_no}`.
    package func queryOrder(_ number: OutTradeNo, now: UnixTime, nonce: String) throws(ChannelFault) -> ChannelRequest {
        let path = "/v3/pay/transactions/out-trade-no/\(Percent.encode(number.text))?mchid=\(merchant.mchid)"
        return try request(.get, path, nil, now: now, nonce: nonce)
    }

    /// - Parameter amount: the order's; another one is refused, whatever the signature.
    package func readQuery(
        _ message: ChannelMessage, of number: OutTradeNo, amount: Money, now: UnixTime
    ) throws(ChannelFault) -> ChannelAnswer<OrderState> {
        switch try read(message, now: now) {
        case .bad(let code): return WeChatErrors.answer(code)
        case .good(let body):
            let json = try ChannelJSON(body)
            guard try json.outTradeNo() == number else { throw .wrongOrder }
            return try state(json, of: number, amount: amount)
        }
    }

    /// `POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close`.
    package func closeOrder(_ number: OutTradeNo, now: UnixTime, nonce: String) throws(ChannelFault) -> ChannelRequest {
        var body = JSONMembers()
        body.text("mchid", merchant.mchid)
        let path = "/v3/pay/transactions/out-trade-no/\(Percent.encode(number.text))/close"
        return try request(.post, path, body, now: now, nonce: nonce)
    }

    package func readClose(_ message: ChannelMessage, now: UnixTime) throws(ChannelFault) -> ChannelAnswer<ChannelDone> {
        switch try read(message, now: now) {
        case .good: return .done(ChannelDone())
        case .bad(let code):
            // It was closed before: what was asked for is so.
            let isClosed = code.description == "ORDER_CLOSED" || code.description == "ORDERCLOSED"
            return isClosed ? .done(ChannelDone()) : WeChatErrors.answer(code)
        }
    }

    /// The state that a query or a notification tells of an order (trade_state).
    func state(_ json: ChannelJSON, of number: OutTradeNo, amount: Money) throws(ChannelFault) -> ChannelAnswer<OrderState> {
        guard try json.text("mchid") == merchant.mchid else { throw .wrongMerchant }
        let state = try json.text("trade_state")
        // An order that nobody has paid may come without its application.
        let appid = try json.optionalText("appid")
        guard appid == merchant.appid || (appid == nil && state != "SUCCESS" && state != "REFUND") else { throw .wrongApp }
        switch state {
        case "SUCCESS":
            try Self.check(try json.object("amount"), "total", is: amount)
            return .done(
                .paid(
                    PaidOrder(
                        outTradeNo: number, transactionID: try json.text("transaction_id"), amount: amount,
                        paidAt: try json.time("success_time"))))
        case "REFUND":
            try Self.check(try json.object("amount"), "total", is: amount)
            return .done(.refunding(number))
        case "CLOSED", "REVOKED": return .done(.closed)
        // PAYERROR is of payments by a payer's code, which we do not make: such an order ends when its time is over.
        case "NOTPAY", "USERPAYING", "ACCEPT", "PAYERROR": return .notYet(ChannelCode(own: state))
        default: throw .unknownState
        }
    }

    /// An amount in fen, of yuan unless it says otherwise.
    static func amount(_ amount: ChannelJSON, _ name: String) throws(ChannelFault) -> Money {
        guard try amount.optionalText("currency") ?? "CNY" == "CNY" else { throw .wrongCurrency }
        return try ChannelAmount.fen(amount[name])
    }

    static func check(_ amount: ChannelJSON, _ name: String, is expected: Money) throws(ChannelFault) {
        guard try Self.amount(amount, name) == expected else { throw .wrongAmount }
    }
}
