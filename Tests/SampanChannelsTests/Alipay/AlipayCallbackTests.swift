import SampanChannels
import SampanDomain
import SampanTestSupport
import Testing

@Suite("FE-05 · notifications of Alipay")
struct AlipayCallbackTests {
    private let now = AlipaySide.now

    private func receive(_ message: ChannelMessage, now: UnixTime = AlipaySide.now) throws -> ChannelNotification {
        try AlipayCallbacks(alipay: try AlipaySide.alipay()).receive(message, now: now)
    }

    private func known(_ fen: Int64 = 5_000, refunds: [RefundNo: Money] = [:]) throws -> KnownOrder {
        KnownOrder(outTradeNo: try OutTradeNo("SP1"), amount: Money(fen: fen), refunds: refunds)
    }

    @Test("a payment is told; the answers are the words of the documents")
    func paid() throws {
        let told = try receive(try AlipaySide.message(AlipaySide.notification()))
        try told.check(try known())
        guard case .paid(let order) = told.event else { throw ChannelFault.unknownState }
        #expect(order.amount == Money(fen: 5_000))
        #expect(AlipayCallbacks.accepted.body == Array("success".utf8))
        #expect(AlipayCallbacks.accepted.status == 200)
        #expect(AlipayCallbacks.refused.body != AlipayCallbacks.accepted.body)
    }

    @Test("an empty parameter was signed with the rest")
    func empty() throws {
        _ = try receive(try AlipaySide.message(AlipaySide.notification(["body": ""])))
        #expect(throws: ChannelFault.badSignature) {
            try receive(try AlipaySide.message(AlipaySide.notification(), tail: "&body="))
        }
    }

    @Test("what is forged, old, doubled or meant for another is refused, each for its reason")
    func refused() throws {
        let old = now.advanced(byNanoseconds: -(AlipayCallbacks.ageLimit + 1) * 1_000_000_000)
        let future = now.advanced(byNanoseconds: 301 * 1_000_000_000)
        let table: [(String, ChannelMessage, ChannelFault)] = [
            ("another key", try AlipaySide.message(AlipaySide.notification(), key: AlipaySide.otherKey), .badSignature),
            ("a parameter more", try AlipaySide.message(AlipaySide.notification(), tail: "&passback_params=x"), .badSignature),
            (
                "a parameter twice", try AlipaySide.message(AlipaySide.notification(), tail: "&total_amount=50.00"),
                .malformed("form: a name twice")
            ),
            ("SHA-1", try AlipaySide.message(AlipaySide.notification(), type: "RSA"), .malformed("sign_type")),
            ("old", try AlipaySide.message(AlipaySide.notification(["notify_time": old.chinaText])), .staleTimestamp),
            ("from the future", try AlipaySide.message(AlipaySide.notification(["notify_time": future.chinaText])), .staleTimestamp),
            ("another app", try AlipaySide.message(AlipaySide.notification(["app_id": "2"])), .wrongApp),
            ("another seller", try AlipaySide.message(AlipaySide.notification(["seller_id": "2088000000000000"])), .wrongMerchant),
            ("another currency", try AlipaySide.message(AlipaySide.notification(["trans_currency": "USD"])), .wrongCurrency),
            ("no amount", try AlipaySide.message(AlipaySide.notification(["total_amount": nil])), .wrongAmount),
            ("a third decimal", try AlipaySide.message(AlipaySide.notification(["total_amount": "50.001"])), .wrongAmount),
            ("another charset", try AlipaySide.message(AlipaySide.notification(["charset": "GBK"])), .malformed("charset")),
            ("another kind", try AlipaySide.message(AlipaySide.notification(["notify_type": "batch_refund_notify"])), .unknownState),
            ("a state that nobody knows", try AlipaySide.message(AlipaySide.notification(["trade_status": "PAID"])), .unknownState),
            ("no form", ChannelMessage(body: Array("{}".utf8)), .malformed("form")),
            ("a broken escape", ChannelMessage(body: Array("a=%4".utf8)), .malformed("form")),
            ("not UTF-8", ChannelMessage(body: Array("a=%ff".utf8)), .malformed("form")),
        ]
        for (name, message, fault) in table {
            #expect(throws: fault, "\(name)") { try receive(message) }
        }
    }

    @Test("a repeat of the last rung is taken, whether its time is that of the first sending or its own")
    func lastRung() throws {
        let later = now.advanced(byNanoseconds: (24 * 3_600 + 22 * 60) * 1_000_000_000)
        _ = try receive(try AlipaySide.message(AlipaySide.notification()), now: later)
        _ = try receive(try AlipaySide.message(AlipaySide.notification(["notify_time": later.chinaText])), now: later)
    }

    @Test("refunds come with the number that we gave them; without one it is news of the trade")
    func refunds() throws {
        let number = try RefundNo("RF1")
        let partly = AlipaySide.notification(["gmt_refund": "2026-11-18 11:00:00.123", "out_biz_no": "RF1", "refund_fee": "12.00"])
        let told = try receive(try AlipaySide.message(partly))
        #expect(told.event == .refunded(RefundNotice(outRefundNo: number, amount: Money(fen: 1_200), isCumulative: true)))
        try told.check(try known(refunds: [number: Money(fen: 1_200)]))
        try told.check(try known(refunds: [number: Money(fen: 700)]))
        #expect(throws: ChannelFault.wrongAmount) { try told.check(try known(refunds: [number: Money(fen: 1_201)])) }
        #expect(throws: ChannelFault.unknownOrder) { try told.check(try known()) }
        let bare = AlipaySide.notification(["gmt_refund": "2026-11-18 11:00:00.123", "refund_fee": "12.00"])
        guard case .paid = try receive(try AlipaySide.message(bare)).event else { throw ChannelFault.unknownState }
        let closed = AlipaySide.notification(["trade_status": "TRADE_CLOSED"])
        #expect(try receive(try AlipaySide.message(closed)).event == .closed)
    }

    @Test("another amount than ours is refused after all")
    func books() throws {
        let told = try receive(try AlipaySide.message(AlipaySide.notification()))
        #expect(throws: ChannelFault.wrongAmount) { try told.check(try known(5_001)) }
        #expect(throws: ChannelFault.unknownOrder) { try told.check(nil) }
    }

    @Test("no change of one byte tells of another order or amount")
    func flips() throws {
        let good = try AlipaySide.message(AlipaySide.notification())
        let truth = try receive(good)
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            var body = good.body
            body[Int.random(in: body.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            // An escape may be written in other letters: then it is the same text.
            guard let told = try? receive(ChannelMessage(body: body)) else { continue }
            #expect(told == truth, "seed \(seed)")
        }
    }
}
