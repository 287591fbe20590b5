import Foundation
import SampanChannels
import SampanCrypto
import SampanDomain
import SampanJSON
import StoreTestSupport
import Testing

@Suite("FE-05 · requests to Alipay and its answers", .blocking)
struct AlipayAnswerTests {
    private let now = AlipaySide.now
    private let amount = Money(fen: 5_000)
    private let method = "alipay.trade.query"

    private func query(_ message: ChannelMessage) throws -> ChannelAnswer<OrderState> {
        try AlipaySide.alipay().readQuery(message, of: try OutTradeNo("SP1"), amount: amount, now: now)
    }

    private func refund() throws -> ChannelRefund {
        try ChannelRefund(
            outTradeNo: try OutTradeNo("SP1"), outRefundNo: try RefundNo("RF1"), amount: Money(fen: 1_200), total: amount, reason: "HIS")
    }

    @Test("openssl verifies what we sign: the parameters decoded, by name, without sign and without empty ones")
    func signature() async throws {
        let openssl = try OpenSSL()
        defer { openssl.remove() }
        try await openssl.makeKey("merchant")
        let merchant = try AlipayMerchant(
            appID: "2014072300007148", sellerID: "2088101106499364", notifyURL: "https://pay.example/notify/alipay",
            key: try RSAPrivateKey(pem: try openssl.read("merchant.key")),
            certificates: AlipayCertificateNumbers(application: "50fa", root: ""))
        let alipay = Alipay(
            merchant: merchant, keys: try PlatformKeys([PlatformKey(id: "k", key: try AlipaySide.platformKey.publicKey())]))
        let order = try ChannelOrder(outTradeNo: try OutTradeNo("SP1"), amount: amount, title: "挂号 & 费+=", expiry: now)
        for request in [
            try alipay.makeOrder(order, payer: .code, now: now), try alipay.makeOrder(order, payer: .buyer(openID: "074a"), now: now),
            try alipay.queryOrder(try OutTradeNo("SP1"), now: now), try alipay.closeOrder(try OutTradeNo("SP1"), now: now),
            try alipay.makeRefund(try refund(), now: now), try alipay.queryRefund(try refund(), now: now),
        ] {
            let query = try #require(request.path.split(separator: "?").last)
            var pairs: [(name: String, value: String)] = []
            for part in query.split(separator: "&") + String(decoding: request.body, as: UTF8.self).split(separator: "&") {
                let pair = part.split(separator: "=", maxSplits: 1)
                pairs.append((String(pair[0]), try #require(String(pair[1]).removingPercentEncoding)))
            }
            #expect(!pairs.contains { $0.value.isEmpty })
            let sign = try #require(pairs.first { $0.name == "sign" }?.value)
            let text = pairs.filter { $0.name != "sign" }.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.value)" }
            let signature = try #require(Base64Text.decodeStrictly(Array(sign.utf8)))
            let holds = try await openssl.verifies(signature, Array(text.joined(separator: "&").utf8), "merchant")
            #expect(holds, "\(request.path)")
            #expect(pairs.first { $0.name == "sign_type" }?.value == "RSA2")
        }
    }

    @Test("a trade that succeeded, and one that is finished, were paid", arguments: ["TRADE_SUCCESS", "TRADE_FINISHED"])
    func paid(status: String) throws {
        guard case .done(.paid(let order)) = try query(try AlipaySide.answer(method, AlipaySide.trade(status: status))) else {
            throw ChannelFault.unknownState
        }
        #expect(order.transactionID == "2026111822001000000000000001")
        #expect(order.paidAt.chinaText == "2026-11-18 10:34:56")
    }

    @Test("closed after a payment is told apart from closed without one")
    func closed() throws {
        let number = try OutTradeNo("SP1")
        #expect(try query(try AlipaySide.answer(method, AlipaySide.trade(status: "TRADE_CLOSED"))) == .done(.refunding(number)))
        let never = AlipaySide.good(#""out_trade_no":"SP1","trade_no":"1","trade_status":"TRADE_CLOSED","total_amount":"50.00""#)
        #expect(try query(try AlipaySide.answer(method, never)) == .done(.closed))
    }

    @Test("the signature is over the exact bytes of the answer")
    func bytes() throws {
        let good = AlipaySide.trade()
        let spaced = good.replacing(",", with: ", ")
        #expect(throws: ChannelFault.badSignature) { try query(try AlipaySide.answer(method, spaced, signed: good)) }
        _ = try query(try AlipaySide.answer(method, spaced))
        let twice = String(decoding: try AlipaySide.answer(method, good).body.dropFirst(), as: UTF8.self)
        let table: [(String, ChannelMessage, ChannelFault)] = [
            ("another key", try AlipaySide.answer(method, good, key: AlipaySide.otherKey), .badSignature),
            ("unsigned", ChannelMessage(body: Array(#"{"alipay_trade_query_response":\#(good)}"#.utf8)), .badSignature),
            (
                "no base64", ChannelMessage(body: Array(#"{"alipay_trade_query_response":\#(good),"sign":"*"}"#.utf8)), .badSignature
            ),
            (
                "the answer twice",
                ChannelMessage(
                    body: Array(
                        #"{"alipay_trade_query_response":{},\#(twice)"#
                            .utf8)),
                .malformed("JSON")
            ),
            ("another method's answer", try AlipaySide.answer("alipay.trade.close", good), .malformed("response")),
            ("success as an error", try AlipaySide.answer("error", good), .malformed("response")),
            ("another order", try AlipaySide.answer(method, AlipaySide.trade(number: "SP2")), .wrongOrder),
            ("another amount", try AlipaySide.answer(method, AlipaySide.trade(total: "50.01")), .wrongAmount),
            ("a state that nobody knows", try AlipaySide.answer(method, AlipaySide.trade(status: "PAID")), .unknownState),
        ]
        for (name, message, fault) in table {
            #expect(throws: fault, "\(name)") { try query(message) }
        }
    }

    @Test("money has moved when it says so; no word and a repeat are asked about")
    func refunds() throws {
        let alipay = try AlipaySide.alipay()
        let asked = try refund()
        func read(_ members: String) throws -> ChannelAnswer<RefundReceipt> {
            let body = AlipaySide.good(#""out_trade_no":"SP1","trade_no":"1",\#(members)"#)
            return try alipay.readRefund(try AlipaySide.answer("alipay.trade.refund", body), of: asked, now: now)
        }
        #expect(try read(#""fund_change":"Y","refund_fee":"12.00""#) == .done(RefundReceipt(asked)))
        // The sum of all refunds of the trade.
        #expect(try read(#""fund_change":"Y","refund_fee":"30.00""#) == .done(RefundReceipt(asked)))
        #expect(throws: ChannelFault.wrongAmount) { try read(#""fund_change":"Y","refund_fee":"11.99""#) }
        #expect(throws: ChannelFault.wrongAmount) { try read(#""fund_change":"Y","refund_fee":"50.01""#) }
        for members in [#""fund_change":"N","refund_fee":"0.00""#, #""refund_fee":"12.00""#, #""fund_change":"","refund_fee":"12.00""#] {
            guard case .notYet = try read(members) else { throw ChannelFault.unknownState }
        }
        #expect(throws: ChannelFault.unknownState) { try read(#""fund_change":"M","refund_fee":"12.00""#) }
    }

    @Test("a refund query without a status is no success")
    func refundQuery() throws {
        let alipay = try AlipaySide.alipay()
        let asked = try refund()
        func read(_ members: String) throws -> ChannelAnswer<RefundReceipt> {
            let message = try AlipaySide.answer("alipay.trade.fastpay.refund.query", AlipaySide.good(members))
            return try alipay.readRefundQuery(message, of: asked, now: now)
        }
        let terms = #""out_trade_no":"SP1","out_request_no":"RF1","total_amount":"50.00""#
        #expect(try read(#""refund_status":"REFUND_SUCCESS","refund_amount":"12.00",\#(terms)"#) == .done(RefundReceipt(asked)))
        guard case .notYet = try read(#""trade_no":"1""#) else { throw ChannelFault.unknownState }
        guard case .notYet = try read(#""refund_amount":"12.00",\#(terms)"#) else { throw ChannelFault.unknownState }
        #expect(throws: ChannelFault.wrongAmount) { try read(#""refund_status":"REFUND_SUCCESS","refund_amount":"12.01",\#(terms)"#) }
        #expect(throws: ChannelFault.unknownState) { try read(#""refund_status":"REFUND_FAIL","refund_amount":"12.00",\#(terms)"#) }
    }

    @Test("codes mean what the documents say; a word that nobody knows is asked again")
    func codes() throws {
        enum Meaning { case unknown, notYet, refused, askAgain }
        let table: [(String, String, Meaning)] = [
            ("40004", "ACQ.TRADE_NOT_EXIST", .unknown), ("40004", "ACQ.SYSTEM_ERROR", .askAgain),
            ("40004", "aop.ACQ.SYSTEM_ERROR", .askAgain), ("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", .askAgain),
            ("40004", "ACQ.DISCORDANT_REPEAT_REQUEST", .askAgain), ("40004", "ACQ.REASON_TRADE_BEEN_FREEZEN", .askAgain),
            ("40004", "ACQ.TRADE_HAS_FINISHED", .refused), ("40004", "ACQ.TRADE_STATUS_ERROR", .refused),
            ("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", .refused), ("40004", "ACQ.TRADE_NOT_ALLOW_REFUND", .refused),
            ("40004", "ACQ.INVALID_PARAMETER", .refused), ("40004", "ACQ.A_WORD_OF_TOMORROW", .askAgain), ("10003", "", .notYet),
            ("20000", "isp.unknow-error", .askAgain), ("20001", "aop.invalid-auth-token", .askAgain),
            ("40001", "isv.missing-method", .refused), ("40002", "isv.invalid-signature", .askAgain),
            ("40006", "isv.insufficient-isv-permissions", .askAgain), ("12345", "", .askAgain),
        ]
        for (code, subCode, meaning) in table {
            let message = try AlipaySide.answer("alipay.trade.refund", AlipaySide.bad(code, subCode))
            let got: Meaning? =
                switch try AlipaySide.alipay().readRefund(message, of: try refund(), now: now) {
                case .done: nil
                case .unknown: .unknown
                case .notYet: .notYet
                case .refused: .refused
                case .askAgain: .askAgain
                }
            #expect(got == meaning, "\(code) \(subCode)")
        }
        // Not signed, it proves nothing.
        let bare = ChannelMessage(body: Array(#"{"alipay_trade_query_response":\#(AlipaySide.bad("40004", "ACQ.TRADE_NOT_EXIST"))}"#.utf8))
        guard case .askAgain = try query(bare) else { throw ChannelFault.unknownState }
        guard case .askAgain = try query(ChannelMessage(status: 502, body: Array("<html>".utf8))) else { throw ChannelFault.unknownState }
    }
}

extension RefundReceipt {
    fileprivate init(_ refund: ChannelRefund) {
        self.init(outTradeNo: refund.outTradeNo, outRefundNo: refund.outRefundNo, amount: refund.amount)
    }
}
