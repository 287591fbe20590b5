import SampanChannels
import SampanCrypto
import SampanDomain
import SampanJSON
import StoreTestSupport
import Testing

@Suite("FE-05 · requests to WeChat Pay", .blocking)
struct WeChatRequestTests {
    private let now = WeChatSide.now
    private let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242"

    /// The members of the Authorization header.
    private func authorization(_ request: ChannelRequest) throws -> [String: String] {
        let value = try #require(request.headers.first { $0.name == "Authorization" }?.value)
        try #require(value.hasPrefix("WECHATPAY2-SHA256-RSA2048 "))
        var members: [String: String] = [:]
        for part in value.dropFirst("WECHATPAY2-SHA256-RSA2048 ".count).split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1)
            members[String(pair[0])] = String(pair[1].dropFirst().dropLast())
        }
        return members
    }

    @Test("openssl verifies what we sign, over method, target, time, nonce and body")
    func signature() async throws {
        let openssl = try OpenSSL()
        defer { openssl.remove() }
        try await openssl.makeKey("merchant")
        let merchant = try WeChatMerchant(
            mchid: "1900000001", appid: "wx1", serial: "1DDE55AD", notifyURL: "https://pay.example/notify/wechat",
            key: try RSAPrivateKey(pem: try openssl.read("merchant.key")), apiV3Key: WeChatSide.apiV3Key)
        let pay = WeChatPay(merchant: merchant, keys: nil)
        let number = try OutTradeNo("SP_1-2|3*4")
        let order = try ChannelOrder(
            outTradeNo: number, amount: Money(fen: 5_000), title: "预约挂号费", expiry: now.advanced(byNanoseconds: 900_000_000_000))
        let refund = try ChannelRefund(
            outTradeNo: number, outRefundNo: try RefundNo("RF1"), amount: Money(fen: 1_200), total: Money(fen: 5_000), reason: "HIS")
        let requests = [
            try pay.makeOrder(order, payer: .native, now: now, nonce: nonce),
            try pay.makeOrder(order, payer: .jsapi(openid: "oUpF8uMuAJO"), now: now, nonce: nonce),
            try pay.queryOrder(number, now: now, nonce: nonce), try pay.closeOrder(number, now: now, nonce: nonce),
            try pay.makeRefund(refund, now: now, nonce: nonce), try pay.queryRefund(refund.outRefundNo, now: now, nonce: nonce),
            try pay.downloadCertificates(now: now, nonce: nonce),
        ]
        for request in requests {
            let members = try authorization(request)
            let signed = "\(request.method.rawValue)\n\(request.path)\n\(now.seconds)\n\(nonce)\n"
            let signature = try #require(Base64Text.decodeStrictly(Array((members["signature"] ?? "").utf8)))
            let holds = try await openssl.verifies(signature, Array(signed.utf8) + request.body + [0x0A], "merchant")
            #expect(holds, "\(request.path)")
            #expect(members["mchid"] == "1900000001")
            #expect(members["serial_no"] == "1DDE55AD")
            #expect(members["timestamp"] == String(now.seconds))
            #expect(members["nonce_str"] == nonce)
        }
        #expect(requests[2].path == "/v3/pay/transactions/out-trade-no/SP_1-2%7C3%2A4?mchid=1900000001")
        let body = String(decoding: requests[0].body, as: UTF8.self)
        #expect(body.contains(#""amount":{"total":5000,"currency":"CNY"}"#))
        #expect(body.contains(#""notify_url":"https://pay.example/notify/wechat""#))
    }

    @Test("a public-key merchant says which key is to sign the answer; a certificate merchant does not")
    func serialHeader() throws {
        let number = try OutTradeNo("SP1")
        let byKey = try WeChatSide.pay(id: "PUB_KEY_ID_0119000000012024").queryOrder(number, now: now, nonce: nonce)
        #expect(byKey.headers.first { $0.name == "Wechatpay-Serial" }?.value == "PUB_KEY_ID_0119000000012024")
        let byCertificate = try WeChatSide.pay().queryOrder(number, now: now, nonce: nonce)
        #expect(!byCertificate.headers.contains { $0.name == "Wechatpay-Serial" })
    }

    @Test(
        "a nonce that could break the header is not taken",
        arguments: ["", "short", "with\"quote0000000000", String(repeating: "a", count: 33)])
    func nonces(nonce: String) throws {
        #expect(throws: ChannelFault.malformed("nonce_str")) {
            try WeChatSide.pay().queryOrder(try OutTradeNo("SP1"), now: now, nonce: nonce)
        }
    }

    @Test("the page's parameters are signed over four lines")
    func page() throws {
        let payment = try WeChatSide.pay().payment(prepayID: "wx201410272009395522657a690389285100", now: now, nonce: nonce)
        let text = "wxd678efh567hg6787\n\(now.seconds)\n\(nonce)\nprepay_id=wx201410272009395522657a690389285100\n"
        let signature = try #require(Base64Text.decodeStrictly(Array(payment.paySign.utf8)))
        try WeChatSide.merchantKey.publicKey().verify(signature, Array(text.utf8))
    }
}
