internal import SampanDomain
internal import SampanTransport

/// WeChat Pay APIv3 on the books of the simulator: orders, queries, closings and refunds, with the error codes of its documents.
struct WeChatCounter: Sendable {
    let store: ChannelStore
    let faults: FaultInjector
    let time: SimulatorTime

    /// What a request is about: which fault plan's row it meets, and what it does.
    struct Errand {
        let operation: FaultOperation
        let order: OutTradeNo
        let run: @Sendable () async throws(ChannelError) -> WebAnswer
    }

    enum Reading {
        case errand(Errand)
        case refused(WebAnswer)
    }

    private static let orders = "/v3/pay/transactions/out-trade-no/"
    private static let refunds = "/v3/refund/domestic/refunds"

    func read(_ request: PlainHTTPRequest) async throws(ChannelError) -> Reading {
        let path = request.path
        switch request.method {
        case .post where path == "/v3/pay/transactions/native": return order(request, isNative: true)
        case .post where path == "/v3/pay/transactions/jsapi": return order(request, isNative: false)
        case .post where path.hasPrefix(Self.orders) && path.hasSuffix("/close"):
            guard let number = Self.number(path.dropFirst(Self.orders.count).dropLast("/close".count)),
                WebJSON(request.body)?.text("mchid") == SimulatedConsole.mchid
            else { return .refused(Self.badParameter("out_trade_no")) }
            return .errand(Errand(operation: .closeOrder, order: number) { () async throws(ChannelError) in try await close(number) })
        case .get where path.hasPrefix(Self.orders):
            guard let number = Self.number(path.dropFirst(Self.orders.count)),
                request.target.hasSuffix("?mchid=\(SimulatedConsole.mchid)")
            else { return .refused(Self.badParameter("out_trade_no")) }
            return .errand(Errand(operation: .queryOrder, order: number) { () async throws(ChannelError) in try await query(number) })
        case .post where path == Self.refunds: return refund(request)
        case .get where path.hasPrefix(Self.refunds + "/"): return try await refundQuery(path.dropFirst(Self.refunds.count + 1))
        // A merchant that verifies with the platform's public key has no certificates to fetch.
        case .get where path == "/v3/certificates": return .refused(.refusal(403, "NO_AUTH", "无可用的平台证书"))
        default: return .refused(.refusal(404, "RESOURCE_NOT_EXISTS", "没有这个接口"))
        }
    }

    // MARK: Orders

    private func order(_ request: PlainHTTPRequest, isNative: Bool) -> Reading {
        guard let json = WebJSON(request.body), json.text("mchid") == SimulatedConsole.mchid, let amount = json.object("amount"),
            amount.text("currency") ?? "CNY" == "CNY", let total = amount.integer("total"), let notify = json.text("notify_url"),
            notify.hasPrefix("https://"), isNative || json.object("payer")?.text("openid")?.isEmpty == false
        else { return .refused(Self.badParameter("body")) }
        guard json.text("appid") == SimulatedConsole.appid else {
            return .refused(.refusal(400, "APPID_MCHID_NOT_MATCH", "商户号和appid不匹配"))
        }
        let expiry = json.text("time_expire").flatMap(UnixTime.init(weChatText:))
        let terms: OrderTerms
        do throws(ChannelError) {
            terms = try OrderTerms(
                outTradeNo: try OutTradeNo(checking: json.text("out_trade_no") ?? ""), channel: .wechatPay, amountFen: total,
                description: json.text("description") ?? "", expiresAt: expiry)
        } catch {
            return .refused(Self.refusal(error))
        }
        return .errand(
            Errand(operation: .createOrder, order: terms.outTradeNo) { () async throws(ChannelError) in
                let order = try await store.create(terms, now: time.now())
                switch order.state {
                case .paid: return .refusal(400, "ORDERPAID", "该订单已支付")
                case .closed: return .refusal(400, "ORDER_CLOSED", "该订单已关闭")
                case .notPaid:
                    let token = order.checkoutToken
                    return WebAnswer(
                        .object([
                            isNative
                                ? ("code_url", .text("weixin://wxpay/bizpayurl?pr=\(token)")) : ("prepay_id", .text("wx\(token)"))
                        ]))
                }
            })
    }

    private func query(_ number: OutTradeNo) async throws(ChannelError) -> WebAnswer {
        let order = try await store.order(number, now: time.now())
        let isGivenBack = try await store.refunded(of: number) > 0
        return WebAnswer(Self.transaction(order, isGivenBack: isGivenBack))
    }

    /// An order as queries and notifications tell it.
    static func transaction(_ order: StoredOrder, isGivenBack: Bool = false) -> WebJSON.Value {
        var members: [(String, WebJSON.Value)] = [
            ("appid", .text(SimulatedConsole.appid)), ("mchid", .text(SimulatedConsole.mchid)),
            ("out_trade_no", .text(order.terms.outTradeNo.text)),
            ("amount", .object([("total", .number(order.terms.amountFen)), ("currency", .text("CNY"))])),
        ]
        switch order.state {
        case .notPaid: members.append(("trade_state", .text("NOTPAY")))
        case .closed: members.append(("trade_state", .text("CLOSED")))
        case .paid:
            members.append(("trade_state", .text(isGivenBack ? "REFUND" : "SUCCESS")))
            members.append(("transaction_id", .text(order.transactionID ?? "")))
            members.append(("trade_type", .text("NATIVE")))
            members.append(("success_time", .text(order.paidAt?.weChatText ?? "")))
        }
        return .object(members)
    }

    private func close(_ number: OutTradeNo) async throws(ChannelError) -> WebAnswer {
        _ = try await store.close(number, now: time.now())
        return WebAnswer(nil, status: 204)
    }

    // MARK: Refunds

    private func refund(_ request: PlainHTTPRequest) -> Reading {
        guard let json = WebJSON(request.body), let amount = json.object("amount"), amount.text("currency") == "CNY",
            let fen = amount.integer("refund"), let total = amount.integer("total")
        else { return .refused(Self.badParameter("body")) }
        let terms: RefundTerms
        do throws(ChannelError) {
            terms = try RefundTerms(
                outTradeNo: try OutTradeNo(checking: json.text("out_trade_no") ?? ""),
                outRefundNo: try RefundNo(checking: json.text("out_refund_no") ?? ""), amountFen: fen, reason: json.text("reason") ?? "")
        } catch {
            return .refused(Self.refusal(error))
        }
        let delay = faults.refundDelay(of: terms.outTradeNo)
        return .errand(
            Errand(operation: .createRefund, order: terms.outTradeNo) { () async throws(ChannelError) in
                guard try await store.order(terms.outTradeNo, now: time.now()).terms.amountFen == total else {
                    return .refusal(400, "PARAM_ERROR", "订单金额不一致")
                }
                return WebAnswer(Self.refund(try await store.refund(terms, delay: delay, now: time.now()), total))
            })
    }

    private func refundQuery(_ text: Substring) async throws(ChannelError) -> Reading {
        guard let decoded = WebForm.decode(Array(text.utf8)[...]), let number = try? RefundNo(decoded) else {
            return .refused(Self.badParameter("out_refund_no"))
        }
        let order: OutTradeNo
        do throws(ChannelError) {
            order = try await store.refund(number, now: time.now()).terms.outTradeNo
        } catch {
            return .refused(Self.refusal(error))
        }
        return .errand(
            Errand(operation: .queryRefund, order: order) { () async throws(ChannelError) in
                let total = try await store.order(order, now: time.now()).terms.amountFen
                return WebAnswer(Self.refund(try await store.refund(number, now: time.now()), total))
            })
    }

    private static func refund(_ refund: StoredRefund, _ total: Int64) -> WebJSON.Value {
        .object([
            ("refund_id", .text(refund.refundID)), ("out_refund_no", .text(refund.terms.outRefundNo.text)),
            ("out_trade_no", .text(refund.terms.outTradeNo.text)), ("channel", .text("ORIGINAL")),
            ("status", .text(refund.succeededAt == nil ? "PROCESSING" : "SUCCESS")),
            (
                "amount",
                .object([("total", .number(total)), ("refund", .number(refund.terms.amountFen)), ("currency", .text("CNY"))])
            ),
        ])
    }

    // MARK: Errors

    private static func number(_ text: Substring) -> OutTradeNo? {
        WebForm.decode(Array(text.utf8)[...]).flatMap { try? OutTradeNo($0) }
    }

    private static func badParameter(_ name: String) -> WebAnswer { .refusal(400, "PARAM_ERROR", "参数错误: \(name)") }

    static func refusal(_ error: ChannelError) -> WebAnswer {
        switch error {
        case .badField(let field, _): badParameter(field)
        case .unknownOrder: .refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        case .unknownRefund: .refusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        case .outTradeNoReused: .refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        case .outRefundNoReused: .refusal(400, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致")
        case .orderPaid: .refusal(400, "ORDERPAID", "该订单已支付")
        case .orderNotPaid: .refusal(400, "INVALID_REQUEST", "订单未支付")
        case .orderClosed, .orderExpired: .refusal(400, "ORDER_CLOSED", "该订单已关闭")
        case .refundExceedsPaid: .refusal(400, "INVALID_REQUEST", "申请退款金额大于订单剩余金额")
        case .storage: .refusal(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用")
        }
    }
}
