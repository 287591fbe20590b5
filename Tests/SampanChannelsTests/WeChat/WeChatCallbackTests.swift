import SampanChannels
import SampanCrypto
import SampanDomain
import SampanTestSupport
import Testing

@Suite("FE-05 · notifications of WeChat Pay")
struct WeChatCallbackTests {
    private let now = WeChatSide.now

    private func known(_ fen: Int64 = 5_000, refunds: [RefundNo: Money] = [:]) throws -> KnownOrder {
        KnownOrder(outTradeNo: try OutTradeNo("SP2026111800000001"), amount: Money(fen: fen), refunds: refunds)
    }

    private func receive(_ message: ChannelMessage, now: UnixTime = WeChatSide.now) throws -> ChannelNotification {
        var callbacks = WeChatCallbacks(pay: try WeChatSide.pay())
        return try callbacks.receive(message, now: now)
    }

    @Test("a payment is told with its number, amount and moment")
    func paid() throws {
        let told = try receive(try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction())))
        try told.check(try known())
        guard case .paid(let order) = told.event else { throw ChannelFault.unknownState }
        #expect(told.id == "EV-1")
        #expect(order.transactionID == "4200000001202611180000000001")
        #expect(order.amount == Money(fen: 5_000))
        #expect(order.paidAt.chinaText == "2026-11-18 10:34:56")
    }

    @Test("what is forged, old, damaged or meant for another is refused, each for its reason")
    func refused() throws {
        let good = try WeChatSide.sealed(WeChatSide.transaction())
        let outside = CallbackWindow.skewSeconds + 1
        let table: [(String, ChannelMessage, ChannelFault)] = [
            ("another key", try WeChatSide.message(good, key: WeChatSide.otherKey), .badSignature),
            ("signed for other bytes", try WeChatSide.message(good + " ", signed: good), .badSignature),
            ("unknown serial", try WeChatSide.message(good, serial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E2"), .unknownSerial),
            ("too old", try WeChatSide.message(good, time: now.seconds - outside), .staleTimestamp),
            ("from the future", try WeChatSide.message(good, time: now.seconds + outside), .staleTimestamp),
            ("no signature", ChannelMessage(body: Array(good.utf8)), .badSignature),
            ("wrong context", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(), context: "refund")), .undecryptable),
            (
                "another APIv3 key",
                try WeChatSide.message(
                    try WeChatSide.sealed(WeChatSide.transaction(), key: Array("X123456789abcdef0123456789abcdef".utf8))), .undecryptable
            ),
            ("ciphertext cut", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(), cut: 3)), .undecryptable),
            ("ciphertext without its tag", try WeChatSide.message(try WeChatSide.sealed("", cut: 15)), .undecryptable),
            (
                "no base64", try WeChatSide.message(good.replacing(#""ciphertext":""#, with: #""ciphertext":"*"#)),
                .malformed("ciphertext")
            ),
            ("a name twice", try WeChatSide.message(#"{"id":"EV-2",\#(good.dropFirst())"#), .malformed("JSON")),
            (
                "a name twice, sealed",
                try WeChatSide.message(try WeChatSide.sealed(#"{"mchid":"1",\#(WeChatSide.transaction().dropFirst())"#)),
                .malformed("JSON")
            ),
            ("wrong merchant", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(mchid: "1900000002"))), .wrongMerchant),
            ("wrong app", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(appid: "wx0"))), .wrongApp),
            ("wrong currency", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(currency: "USD"))), .wrongCurrency),
            ("no amount", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(total: "0"))), .wrongAmount),
            (
                "an amount with a point", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(total: "5000.0"))),
                .wrongAmount
            ),
            ("an amount as text", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(total: "\"5000\""))), .wrongAmount),
            (
                "a success that is none", try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(state: "NOTPAY"))),
                .unknownState
            ),
            (
                "an event that nobody knows",
                try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction(), event: "COUPON.USE", type: "coupon")), .unknownState
            ),
        ]
        for (name, message, fault) in table {
            #expect(throws: fault, "\(name)") { try receive(message) }
        }
    }

    @Test("a header twice, whatever its letters, is refused")
    func twoHeaders() throws {
        let good = try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction()))
        let doubled = ChannelMessage(headers: good.headers + [ChannelHeader("wechatpay-SERIAL", "0")], body: good.body)
        #expect(throws: ChannelFault.malformed("header twice: Wechatpay-Serial")) { try receive(doubled) }
    }

    @Test("another amount than ours, and an order that is not ours, are refused after all")
    func books() throws {
        let told = try receive(try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction())))
        #expect(throws: ChannelFault.wrongAmount) { try told.check(try known(4_999)) }
        #expect(throws: ChannelFault.unknownOrder) { try told.check(nil) }
    }

    @Test("the same sending is taken once, within the window and at its edges; a release lets it in again")
    func replay() throws {
        var callbacks = WeChatCallbacks(pay: try WeChatSide.pay())
        let body = try WeChatSide.sealed(WeChatSide.transaction())
        let edge = try WeChatSide.message(body, time: now.seconds - CallbackWindow.skewSeconds)
        let told = try callbacks.receive(edge, now: now)
        #expect(throws: ChannelFault.replayed) { try callbacks.receive(edge, now: now) }
        callbacks.release(told)
        _ = try callbacks.receive(edge, now: now)
        #expect(throws: ChannelFault.staleTimestamp) { try callbacks.receive(edge, now: now.advanced(byNanoseconds: 1_000_000_000)) }
        // A repeat of the channel is a sending of its own, with the same id.
        let repeated = try callbacks.receive(try WeChatSide.message(body, nonce: "NONCE0000000002"), now: now)
        #expect(repeated.id == told.id)
    }

    @Test(
        "refunds: arrived, closed, abnormal",
        arguments: [("SUCCESS", true), ("CLOSED", false), ("ABNORMAL", false)])
    func refunds(status: String, hasArrived: Bool) throws {
        let content =
            #"{"mchid":"1900000001","out_trade_no":"SP2026111800000001","out_refund_no":"RF2026111800000001","refund_id":"5030","#
            + #""refund_status":"\#(status)","amount":{"total":5000,"refund":1200,"payer_total":5000,"payer_refund":1200}}"#
        let told = try receive(
            try WeChatSide.message(try WeChatSide.sealed(content, event: "REFUND.\(status)", type: "refund")))
        let number = try RefundNo("RF2026111800000001")
        let notice = RefundNotice(outRefundNo: number, amount: Money(fen: 1_200), isCumulative: false)
        if hasArrived { #expect(told.event == .refunded(notice)) } else { #expect(told.event != .refunded(notice)) }
        try told.check(try known(refunds: [number: Money(fen: 1_200)]))
        #expect(throws: ChannelFault.wrongAmount) { try told.check(try known(refunds: [number: Money(fen: 1_201)])) }
        #expect(throws: ChannelFault.unknownOrder) { try told.check(try known()) }
    }

    @Test("no change of one byte gets through")
    func flips() throws {
        let good = try WeChatSide.message(try WeChatSide.sealed(WeChatSide.transaction()))
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var body = good.body
            body[Int.random(in: body.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            #expect(throws: ChannelFault.badSignature, "seed \(seed)") { try receive(ChannelMessage(headers: good.headers, body: body)) }
        }
    }
}
