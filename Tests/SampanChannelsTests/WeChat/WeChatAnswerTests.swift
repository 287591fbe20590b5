import SampanChannels
import SampanDomain
import Testing

@Suite("FE-05 · answers of WeChat Pay")
struct WeChatAnswerTests {
    private let now = WeChatSide.now
    private let amount = Money(fen: 5_000)

    private func number() throws -> OutTradeNo { try OutTradeNo("SP2026111800000001") }

    private func query(_ message: ChannelMessage, of text: String = "SP2026111800000001") throws -> ChannelAnswer<OrderState> {
        try WeChatSide.pay().readQuery(message, of: try OutTradeNo(text), amount: amount, now: now)
    }

    private func refund(_ fen: Int64 = 1_200) throws -> ChannelRefund {
        try ChannelRefund(
            outTradeNo: try number(), outRefundNo: try RefundNo("RF2026111800000001"), amount: Money(fen: fen), total: amount, reason: "HIS"
        )
    }

    private func refundBody(_ status: String, fen: Int64 = 1_200, total: Int64 = 5_000, number: String = "RF2026111800000001") -> String {
        #"{"refund_id":"5030","out_refund_no":"\#(number)","transaction_id":"4200","out_trade_no":"SP2026111800000001","#
            + #""status":"\#(status)","amount":{"total":\#(total),"refund":\#(fen),"currency":"CNY"}}"#
    }

    @Test("a signed query is believed")
    func paid() throws {
        guard case .done(.paid(let order)) = try query(try WeChatSide.message(WeChatSide.transaction())) else {
            throw ChannelFault.unknownState
        }
        #expect(order.amount == amount)
    }

    @Test("what is forged or of another order, merchant, app, amount or currency is refused")
    func refused() throws {
        let good = WeChatSide.transaction()
        let table: [(String, ChannelMessage, ChannelFault)] = [
            ("unsigned success", ChannelMessage(body: Array(good.utf8)), .badSignature),
            ("another key", try WeChatSide.message(good, key: WeChatSide.otherKey), .badSignature),
            ("another serial", try WeChatSide.message(good, serial: "ABCD"), .unknownSerial),
            ("old", try WeChatSide.message(good, time: now.seconds - 301), .staleTimestamp),
            ("another order", try WeChatSide.message(WeChatSide.transaction(number: "SP2")), .wrongOrder),
            ("another merchant", try WeChatSide.message(WeChatSide.transaction(mchid: "1")), .wrongMerchant),
            ("another app", try WeChatSide.message(WeChatSide.transaction(appid: "wx2")), .wrongApp),
            ("another amount", try WeChatSide.message(WeChatSide.transaction(total: "5001")), .wrongAmount),
            ("another currency", try WeChatSide.message(WeChatSide.transaction(currency: "HKD")), .wrongCurrency),
            ("a state that nobody knows", try WeChatSide.message(WeChatSide.transaction(state: "SETTLED")), .unknownState),
            ("a name twice", try WeChatSide.message(#"{"trade_state":"NOTPAY",\#(good.dropFirst())"#), .malformed("JSON")),
        ]
        for (name, message, fault) in table {
            #expect(throws: fault, "\(name)") { try query(message) }
        }
    }

    @Test(
        "states of an order",
        arguments: [
            ("NOTPAY", ChannelAnswer<OrderState>?.none), ("USERPAYING", nil), ("ACCEPT", nil), ("PAYERROR", nil),
            ("CLOSED", .done(.closed)), ("REVOKED", .done(.closed)),
        ])
    func states(state: String, answer: ChannelAnswer<OrderState>?) throws {
        let got = try query(try WeChatSide.message(WeChatSide.transaction(state: state)))
        if let answer {
            #expect(got == answer)
        } else {
            guard case .notYet(let code) = got else { throw ChannelFault.unknownState }
            #expect(code.description == state)
        }
    }

    @Test("an order that was given back is told apart from one that is paid")
    func givenBack() throws {
        let got = try query(try WeChatSide.message(WeChatSide.transaction(state: "REFUND")))
        #expect(got == .done(.refunding(try number())))
    }

    private enum Meaning { case unknown, notYet, refused, askAgain }

    @Test("error codes mean what the documents say; a word that nobody knows is asked again, never given up")
    func codes() throws {
        let table: [(String, Meaning)] = [
            ("ORDER_NOT_EXIST", .unknown), ("ORDERNOTEXIST", .unknown), ("RESOURCE_NOT_EXISTS", .unknown), ("REFUNDNOTEXIST", .unknown),
            ("USERPAYING", .notYet), ("PARAM_ERROR", .refused), ("INVALID_REQUEST", .refused), ("OUT_TRADE_NO_USED", .refused),
            ("ORDERPAID", .refused), ("ORDER_CLOSED", .refused), ("USER_ACCOUNT_ABNORMAL", .refused), ("SYSTEM_ERROR", .askAgain),
            ("BIZ_ERR_NEED_RETRY", .askAgain), ("FREQUENCY_LIMITED", .askAgain), ("FREQUENCY_LIMIT_EXCEED", .askAgain),
            ("RATELIMIT_EXCEEDED", .askAgain), ("NOT_ENOUGH", .askAgain), ("SIGN_ERROR", .askAgain), ("NO_AUTH", .askAgain),
            ("MCH_NOT_EXISTS", .askAgain), ("APPID_MCHID_NOT_MATCH", .askAgain), ("ACCOUNT_ERROR", .askAgain), ("BANK_ERROR", .askAgain),
            ("A_WORD_OF_TOMORROW", .askAgain), ("order_not_exist", .askAgain),
        ]
        for (code, meaning) in table {
            let message = try WeChatSide.message(status: 400, #"{"code":"\#(code)","message":"不"}"#)
            let got: Meaning? =
                switch try WeChatSide.pay().readRefund(message, of: try refund(), now: now) {
                case .done: nil
                case .unknown: .unknown
                case .notYet: .notYet
                case .refused: .refused
                case .askAgain: .askAgain
                }
            #expect(got == meaning, "\(code)")
        }
    }

    @Test("an error that is not signed, or cannot be read, says nothing", arguments: [404, 429, 500, 502, 301])
    func unsigned(status: Int) throws {
        let bare = ChannelMessage(status: status, body: Array(#"{"code":"ORDER_NOT_EXIST"}"#.utf8))
        guard case .askAgain(let code) = try query(bare) else { throw ChannelFault.unknownState }
        #expect(code.description == "UNSIGNED")
        guard case .askAgain = try query(try WeChatSide.message(status: status, "<html>")) else { throw ChannelFault.unknownState }
        // Signed by somebody else it is no answer at all.
        let forged = try WeChatSide.message(status: status, #"{"code":"ORDER_NOT_EXIST"}"#, key: WeChatSide.otherKey)
        #expect(throws: ChannelFault.badSignature) { try query(forged) }
    }

    @Test("a refund is done when it says so, for the numbers and amounts that were asked")
    func refunds() throws {
        let pay = try WeChatSide.pay()
        let asked = try refund()
        func read(_ body: String) throws -> ChannelAnswer<RefundReceipt> {
            try pay.readRefund(try WeChatSide.message(body), of: asked, now: now)
        }
        guard case .done(let receipt) = try read(refundBody("SUCCESS")) else { throw ChannelFault.unknownState }
        #expect(receipt.amount == Money(fen: 1_200))
        guard case .notYet = try read(refundBody("PROCESSING")) else { throw ChannelFault.unknownState }
        guard case .refused = try read(refundBody("CLOSED")) else { throw ChannelFault.unknownState }
        guard case .refused = try read(refundBody("ABNORMAL")) else { throw ChannelFault.unknownState }
        #expect(throws: ChannelFault.unknownState) { try read(refundBody("DONE")) }
        #expect(throws: ChannelFault.wrongAmount) { try read(refundBody("SUCCESS", fen: 1_201)) }
        #expect(throws: ChannelFault.wrongAmount) { try read(refundBody("SUCCESS", total: 4_999)) }
        #expect(throws: ChannelFault.wrongOrder) { try read(refundBody("SUCCESS", number: "RF2")) }
    }

    @Test("a close is done when it was done before; a paid order cannot be closed")
    func close() throws {
        let pay = try WeChatSide.pay()
        #expect(try pay.readClose(try WeChatSide.message(status: 204, ""), now: now) == .done(ChannelDone()))
        #expect(try pay.readClose(try WeChatSide.message(status: 400, #"{"code":"ORDER_CLOSED"}"#), now: now) == .done(ChannelDone()))
        guard case .refused = try pay.readClose(try WeChatSide.message(status: 400, #"{"code":"ORDERPAID"}"#), now: now) else {
            throw ChannelFault.unknownState
        }
    }
}
