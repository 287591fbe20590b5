import Logging
import SampanAPI
import SampanChannelSimulator
import SampanChannels
import SampanCrypto
import SampanDomain
import SampanHTTPClient
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("FE-05 · the simulator in the channels' own protocols", .timeLimit(.minutes(20)))
struct WebTests {
    /// A merchant with the keys that the simulator gave it.
    private struct Merchant {
        let weChat: WeChatPay
        let alipay: Alipay
        let client: HTTPClient
        let payer: ChannelV1.PayerServiceClient
        let now = SimulatorTime.system.now()

        init(_ folder: String, _ address: SocketAddress, _ payer: ChannelV1.PayerServiceClient) throws {
            let key = try CredentialFile.partnersKey("\(folder)/wechat.key")
            weChat = WeChatPay(
                merchant: try WeChatMerchant(
                    mchid: SimulatedConsole.mchid, appid: SimulatedConsole.appid, serial: SimulatedConsole.merchantSerial,
                    notifyURL: "https://pay.example/notify/wechat", key: key,
                    apiV3Key: try CredentialFile.secret("\(folder)/wechat-apiv3.key")),
                keys: try PlatformKeys([
                    PlatformKey(
                        id: SimulatedConsole.platformKeyID, key: try CredentialFile.partnersPublicKey("\(folder)/wechat-platform.pem"))
                ]))
            alipay = Alipay(
                merchant: try AlipayMerchant(
                    appID: SimulatedConsole.alipayAppID, sellerID: SimulatedConsole.alipaySellerID,
                    notifyURL: "https://pay.example/notify/alipay", key: try CredentialFile.partnersKey("\(folder)/alipay.key")),
                keys: try PlatformKeys([
                    PlatformKey(id: "a", key: try CredentialFile.partnersPublicKey("\(folder)/alipay-platform.pem"))
                ]))
            var calls = HTTPClientConfiguration(origin: try #require(HTTPOrigin("http://\(address)")))
            // Beside hundreds of other tests an answer may take long.
            (calls.connectTimeout, calls.timeout) = (.seconds(60), .seconds(120))
            client = try HTTPClient(calls)
            self.payer = payer
        }

        func ask(_ request: ChannelRequest) async throws -> ChannelMessage {
            let answer = try await client.send(
                HTTPClientRequest(
                    target: request.path, headers: request.headers.map { ($0.name, $0.value) },
                    body: request.method == .get ? nil : request.body))
            return ChannelMessage(
                status: answer.status, headers: answer.headers.map { ChannelHeader($0.name, $0.value) }, body: answer.body)
        }

        var nonce: String { get throws { String(decoding: try RandomBytes.make(16).map { 65 + $0 % 26 }, as: UTF8.self) } }

        func order(_ number: String) throws -> ChannelOrder {
            try ChannelOrder(
                outTradeNo: try OutTradeNo(number), amount: Money(fen: 1_000), title: "门诊费",
                expiry: now.advanced(byNanoseconds: 900 * 1_000_000_000))
        }

        func refund(_ order: String, _ number: String, _ fen: Int64) throws -> ChannelRefund {
            try ChannelRefund(
                outTradeNo: try OutTradeNo(order), outRefundNo: try RefundNo(number), amount: Money(fen: fen), total: Money(fen: 1_000),
                reason: "HIS")
        }

        func weChatOrder(_ number: String) async throws -> ChannelAnswer<String> {
            let answer = try await ask(try weChat.makeOrder(try order(number), payer: .native, now: now, nonce: try nonce))
            return try weChat.readOrder(answer, payer: .native, now: now)
        }

        func weChatState(_ number: String) async throws -> ChannelAnswer<OrderState> {
            let answer = try await ask(try weChat.queryOrder(try OutTradeNo(number), now: now, nonce: try nonce))
            return try weChat.readQuery(answer, of: try OutTradeNo(number), amount: Money(fen: 1_000), now: now)
        }

        func weChatRefund(_ refund: ChannelRefund) async throws -> ChannelAnswer<RefundReceipt> {
            try weChat.readRefund(try await ask(try weChat.makeRefund(refund, now: now, nonce: try nonce)), of: refund, now: now)
        }

        func alipayState(_ number: String) async throws -> ChannelAnswer<OrderState> {
            let answer = try await ask(try alipay.queryOrder(try OutTradeNo(number), now: now))
            return try alipay.readQuery(answer, of: try OutTradeNo(number), amount: Money(fen: 1_000), now: now)
        }

        func alipayRefund(_ refund: ChannelRefund) async throws -> ChannelAnswer<RefundReceipt> {
            try alipay.readRefund(try await ask(try alipay.makeRefund(refund, now: now)), of: refund, now: now)
        }

        func pay(_ code: ChannelAnswer<String>, _ pays: Bool = true) async throws {
            guard case .done(let address) = code else { throw ChannelFault.unknownState }
            _ = try await payer.payOrder(.init(checkoutToken: address, pay: pays))
        }
    }

    private static func with(_ plan: String = "", _ body: (Merchant) async throws -> Void) async throws {
        try await Region.with { region in
            let listen = try #require(SocketAddress(host: "127.0.0.1", port: 0))
            let notify = try #require(HostAndPort(region.merchantAddress.description))
            var configuration = ChannelSimulator.Configuration(listen: listen, file: region.directory.file("channel.db"), notify: notify)
            let folder = region.directory.file("merchant")
            configuration.web = .init(
                listen: listen, notify: try #require(HTTPOrigin("http://127.0.0.1:1")),
                console: try SimulatedConsole(merchant: folder, own: region.directory.file("keys")))
            configuration.faults = try FaultPlan(CSVTable(Array("out_trade_no,operation,fault,times,milliseconds\n\(plan)".utf8)))
            let simulator = try await ChannelSimulator.start(
                configuration, credentials: try region.credentials(.platform, node: "channel"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let merchant = try Merchant(
                folder, try #require(simulator.webAddress),
                ChannelV1.PayerServiceClient(try region.channel(.app, to: simulator.address)))
            let result: Result<Void, any Error>
            do { result = .success(try await body(merchant)) } catch { result = .failure(error) }
            await merchant.client.shutdown()
            await simulator.shutdown(grace: .zero)
            try result.get()
        }
    }

    @Test("WeChat Pay: order, payment, refunds in parts, each number once, no more than was paid")
    func weChat() async throws {
        try await Self.with { merchant in
            guard case .unknown = try await merchant.weChatState("T1") else { throw ChannelFault.unknownState }
            let code = try await merchant.weChatOrder("T1")
            let again = try await merchant.weChatOrder("T1")
            #expect(again == code)
            guard case .notYet = try await merchant.weChatState("T1") else { throw ChannelFault.unknownState }
            let early = try await merchant.weChatRefund(try merchant.refund("T1", "R0", 100))
            guard case .refused = early else { throw ChannelFault.unknownState }
            try await merchant.pay(code)
            guard case .done(.paid(let order)) = try await merchant.weChatState("T1") else { throw ChannelFault.unknownState }
            #expect(order.amount == Money(fen: 1_000))
            let first = try merchant.refund("T1", "R1", 600)
            for _ in 0..<3 {
                let answer = try await merchant.weChatRefund(first)
                #expect(answer == .done(RefundReceipt(outTradeNo: first.outTradeNo, outRefundNo: first.outRefundNo, amount: first.amount)))
            }
            for refund in [try merchant.refund("T1", "R2", 401), try merchant.refund("T1", "R1", 599)] {
                guard case .refused = try await merchant.weChatRefund(refund) else { throw ChannelFault.unknownState }
            }
            guard case .done = try await merchant.weChatRefund(try merchant.refund("T1", "R2", 400)) else {
                throw ChannelFault.unknownState
            }
            let state = try await merchant.weChatState("T1")
            #expect(state == .done(.refunding(try OutTradeNo("T1"))))
            let query = try await merchant.ask(
                try merchant.weChat.queryRefund(try RefundNo("R9"), now: merchant.now, nonce: try merchant.nonce))
            guard case .unknown = try merchant.weChat.readRefund(query, of: first, now: merchant.now) else {
                throw ChannelFault.unknownState
            }
        }
    }

    @Test("Alipay: a code is no trade until it is paid; a repeat of a refund moves no money, and the query tells")
    func alipay() async throws {
        try await Self.with { merchant in
            let made = try await merchant.ask(try merchant.alipay.makeOrder(try merchant.order("T1"), payer: .code, now: merchant.now))
            let code = try merchant.alipay.readOrder(made, of: try OutTradeNo("T1"), payer: .code, now: merchant.now)
            guard case .unknown = try await merchant.alipayState("T1") else { throw ChannelFault.unknownState }
            try await merchant.pay(code)
            guard case .done(.paid) = try await merchant.alipayState("T1") else { throw ChannelFault.unknownState }
            let refund = try merchant.refund("T1", "R1", 600)
            guard case .done = try await merchant.alipayRefund(refund) else { throw ChannelFault.unknownState }
            guard case .notYet = try await merchant.alipayRefund(refund) else { throw ChannelFault.unknownState }
            let query = try await merchant.ask(try merchant.alipay.queryRefund(refund, now: merchant.now))
            guard case .done = try merchant.alipay.readRefundQuery(query, of: refund, now: merchant.now) else {
                throw ChannelFault.unknownState
            }
            // The number with other terms: only a query tells.
            guard case .askAgain = try await merchant.alipayRefund(try merchant.refund("T1", "R1", 599)) else {
                throw ChannelFault.unknownState
            }
            guard case .refused = try await merchant.alipayRefund(try merchant.refund("T1", "R2", 401)) else {
                throw ChannelFault.unknownState
            }
            guard case .done = try await merchant.alipayRefund(try merchant.refund("T1", "R2", 400)) else {
                throw ChannelFault.unknownState
            }
            let state = try await merchant.alipayState("T1")
            #expect(state == .done(.refunding(try OutTradeNo("T1"))))
        }
    }

    @Test("a request that is changed on its way is refused, and the refusal is signed")
    func changed() async throws {
        try await Self.with { merchant in
            let good = try merchant.weChat.queryOrder(try OutTradeNo("T1"), now: merchant.now, nonce: try merchant.nonce)
            let answer = try await merchant.client.send(
                HTTPClientRequest(
                    target: good.path.replacing("T1", with: "T2"), headers: good.headers.map { ($0.name, $0.value) }, body: nil))
            #expect(answer.status == 401)
            let old = merchant.now.advanced(byNanoseconds: -301 * 1_000_000_000)
            let late = try await merchant.ask(try merchant.weChat.queryOrder(try OutTradeNo("T1"), now: old, nonce: try merchant.nonce))
            guard
                case .askAgain(let code) = try merchant.weChat.readQuery(
                    late, of: try OutTradeNo("T1"), amount: Money(fen: 1), now: merchant.now)
            else { throw ChannelFault.unknownState }
            #expect(code.description == "SIGN_ERROR")
            let request = try merchant.alipay.queryOrder(try OutTradeNo("T1"), now: merchant.now)
            let body = Array(String(decoding: request.body, as: UTF8.self).replacing("T1", with: "T2").utf8)
            let refused = try await merchant.client.send(
                HTTPClientRequest(target: request.path, headers: request.headers.map { ($0.name, $0.value) }, body: body))
            #expect(String(decoding: refused.body, as: UTF8.self).contains("isv.invalid-signature"))
        }
    }

    @Test("faults: an answer that is lost, of a proxy, forged, or of another moment, says nothing; the next one is good")
    func faults() async throws {
        let plan = "*,query_order,LOST_ANSWER,,\n*,query_order,FAIL,,\n*,query_order,FORGED,,\n*,query_order,SKEWED,,-400000\n"
        try await Self.with(plan) { merchant in
            let code = try await merchant.weChatOrder("T1")
            try await merchant.pay(code)
            await #expect(throws: HTTPClientError.unknown(.lost)) { try await merchant.weChatState("T1") }
            guard case .askAgain = try await merchant.weChatState("T1") else { throw ChannelFault.unknownState }
            await #expect(throws: ChannelFault.badSignature) { try await merchant.weChatState("T1") }
            await #expect(throws: ChannelFault.staleTimestamp) { try await merchant.weChatState("T1") }
            guard case .done(.paid) = try await merchant.weChatState("T1") else { throw ChannelFault.unknownState }
        }
    }
}
