internal import SampanDomain

/// Alipay's trade methods on the books of the simulator, with the sub-codes of its documents.
struct AlipayCounter: Sendable {
    let store: ChannelStore
    let faults: FaultInjector
    let time: SimulatorTime

    struct Errand {
        let operation: FaultOperation
        let order: OutTradeNo
        let run: @Sendable () async throws(ChannelError) -> WebJSON.Value
    }

    enum Reading {
        case errand(Errand)
        case refused(WebJSON.Value)
    }

    /// - Parameter form: of a request whose signature holds.
    func read(_ form: [String: String]) -> Reading {
        guard let content = form["biz_content"].flatMap({ WebJSON(Array($0.utf8)) }),
            let number = content.text("out_trade_no").flatMap({ try? OutTradeNo($0) })
        else { return .refused(Self.failure("INVALID_PARAMETER", "参数无效")) }
        switch form["method"] {
        case "alipay.trade.precreate": return precreate(number, content, form)
        case "alipay.trade.query":
            return .errand(Errand(operation: .queryOrder, order: number) { () async throws(ChannelError) in try await query(number) })
        case "alipay.trade.close":
            return .errand(Errand(operation: .closeOrder, order: number) { () async throws(ChannelError) in try await close(number) })
        case "alipay.trade.refund": return refund(number, content)
        case "alipay.trade.fastpay.refund.query":
            guard let refund = content.text("out_request_no").flatMap({ try? RefundNo($0) }) else {
                return .refused(Self.failure("INVALID_PARAMETER", "参数无效"))
            }
            return .errand(
                Errand(operation: .queryRefund, order: number) { () async throws(ChannelError) in try await refundQuery(number, refund) })
        default: return .refused(Self.answer("40001", "isv.invalid-method", "不存在的方法名"))
        }
    }

    // MARK: Trades

    private func precreate(_ number: OutTradeNo, _ content: WebJSON, _ form: [String: String]) -> Reading {
        guard let total = content.text("total_amount").flatMap({ try? Money(yuan: $0) }),
            content.text("seller_id") ?? SimulatedConsole.alipaySellerID == SimulatedConsole.alipaySellerID,
            form["notify_url"]?.hasPrefix("https://") == true
        else { return .refused(Self.failure("INVALID_PARAMETER", "参数无效")) }
        let terms: OrderTerms
        do throws(ChannelError) {
            terms = try OrderTerms(
                outTradeNo: number, channel: .alipay, amountFen: total.fen, description: content.text("subject") ?? "",
                expiresAt: content.text("time_expire").flatMap { try? UnixTime(chinaText: $0) })
        } catch {
            return .refused(Self.refusal(error))
        }
        return .errand(
            Errand(operation: .createOrder, order: number) { () async throws(ChannelError) in
                let order = try await store.create(terms, now: time.now())
                switch order.state {
                case .paid: return Self.failure("TRADE_HAS_SUCCESS", "交易已被支付")
                case .closed: return Self.failure("TRADE_HAS_CLOSE", "交易已经关闭")
                case .notPaid:
                    return Self.good([
                        ("out_trade_no", .text(number.text)), ("qr_code", .text("https://qr.alipay.com/\(order.checkoutToken)")),
                    ])
                }
            })
    }

    /// A code that nobody has scanned is no trade yet: the payer's scan makes it.
    private func query(_ number: OutTradeNo) async throws(ChannelError) -> WebJSON.Value {
        let order = try await store.order(number, now: time.now())
        guard order.state != .notPaid else { return Self.failure("TRADE_NOT_EXIST", "交易不存在") }
        let isGivenBack = try await store.refunded(of: number) == order.terms.amountFen
        var members: [(String, WebJSON.Value)] = [
            ("out_trade_no", .text(number.text)), ("total_amount", .text(Money(fen: order.terms.amountFen).yuan)),
            ("trade_status", .text(order.state == .closed || isGivenBack ? "TRADE_CLOSED" : "TRADE_SUCCESS")),
            ("trade_no", .text(order.transactionID ?? "0")), ("buyer_logon_id", .text("159****5620")),
        ]
        if let paidAt = order.paidAt { members.append(("send_pay_date", .text(paidAt.chinaText))) }
        return Self.good(members)
    }

    private func close(_ number: OutTradeNo) async throws(ChannelError) -> WebJSON.Value {
        _ = try await store.close(number, now: time.now())
        return Self.good([("out_trade_no", .text(number.text))])
    }

    // MARK: Refunds

    private func refund(_ number: OutTradeNo, _ content: WebJSON) -> Reading {
        guard let amount = content.text("refund_amount").flatMap({ try? Money(yuan: $0) }),
            let refund = content.text("out_request_no").flatMap({ try? RefundNo($0) })
        else { return .refused(Self.failure("INVALID_PARAMETER", "参数无效")) }
        let terms: RefundTerms
        do throws(ChannelError) {
            terms = try RefundTerms(
                outTradeNo: number, outRefundNo: refund, amountFen: amount.fen, reason: content.text("refund_reason") ?? "")
        } catch {
            return .refused(Self.refusal(error))
        }
        let delay = faults.refundDelay(of: number)
        return .errand(
            Errand(operation: .createRefund, order: number) { () async throws(ChannelError) in
                let isKnown: Bool
                do throws(ChannelError) {
                    _ = try await store.refund(refund, now: time.now())
                    isKnown = true
                } catch .unknownRefund { isKnown = false }
                let made = try await store.refund(terms, delay: delay, now: time.now())
                // Money moves once: a repeat, and a refund that is still under way, have moved none.
                return Self.good([
                    ("out_trade_no", .text(number.text)), ("fund_change", .text(isKnown || made.succeededAt == nil ? "N" : "Y")),
                    ("refund_fee", .text(Money(fen: try await store.refunded(of: number)).yuan)),
                ])
            })
    }

    private func refundQuery(_ number: OutTradeNo, _ refund: RefundNo) async throws(ChannelError) -> WebJSON.Value {
        let order = try await store.order(number, now: time.now())
        let found: StoredRefund?
        do throws(ChannelError) { found = try await store.refund(refund, now: time.now()) } catch .unknownRefund { found = nil }
        guard let found, found.succeededAt != nil, found.terms.outTradeNo == number else {
            // No status: not received, failed, or under way.
            return Self.good([("out_trade_no", .text(number.text)), ("trade_no", .text(order.transactionID ?? ""))])
        }
        return Self.good([
            ("out_trade_no", .text(number.text)), ("out_request_no", .text(refund.text)),
            ("total_amount", .text(Money(fen: order.terms.amountFen).yuan)),
            ("refund_amount", .text(Money(fen: found.terms.amountFen).yuan)), ("refund_status", .text("REFUND_SUCCESS")),
        ])
    }

    // MARK: Answers

    /// What a notification tells of an order; nil where Alipay tells nothing.
    static func notification(_ order: StoredOrder, id: String) -> [String: String]? {
        guard order.state == .paid, let paidAt = order.paidAt else { return nil }
        return [
            "notify_type": "trade_status_sync", "notify_id": id, "charset": "utf-8", "version": "1.0",
            "app_id": SimulatedConsole.alipayAppID, "seller_id": SimulatedConsole.alipaySellerID,
            "out_trade_no": order.terms.outTradeNo.text, "trade_no": order.transactionID ?? "", "trade_status": "TRADE_SUCCESS",
            "total_amount": Money(fen: order.terms.amountFen).yuan, "gmt_payment": paidAt.chinaText, "subject": order.terms.description,
            "buyer_logon_id": "159****5620",
        ]
    }

    private static func good(_ members: [(String, WebJSON.Value)]) -> WebJSON.Value {
        .object([("code", .text("10000")), ("msg", .text("Success"))] + members)
    }

    private static func failure(_ code: String, _ message: String) -> WebJSON.Value { answer("40004", "ACQ.\(code)", message) }

    static func answer(_ code: String, _ subCode: String, _ message: String) -> WebJSON.Value {
        .object([
            ("code", .text(code)), ("msg", .text("Business Failed")), ("sub_code", .text(subCode)), ("sub_msg", .text(message)),
        ])
    }

    static func refusal(_ error: ChannelError) -> WebJSON.Value {
        switch error {
        case .badField: failure("INVALID_PARAMETER", "参数无效")
        case .unknownOrder, .unknownRefund: failure("TRADE_NOT_EXIST", "交易不存在")
        case .outTradeNoReused: failure("CONTEXT_INCONSISTENT", "交易信息被篡改")
        case .outRefundNoReused: failure("DISCORDANT_REPEAT_REQUEST", "退款金额不一致")
        case .orderPaid, .orderNotPaid: failure("TRADE_STATUS_ERROR", "交易状态不合法")
        case .orderClosed, .orderExpired: failure("TRADE_HAS_CLOSE", "交易已经关闭")
        case .refundExceedsPaid: failure("REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        case .storage: failure("SYSTEM_ERROR", "系统错误")
        }
    }
}
