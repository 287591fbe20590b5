import Logging
import SampanChannels
import SampanCrypto
import SampanDomain
import SampanHTTPClient
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanChannelSimulator
@testable import SampanServices

/// A `PaymentBench` whose channels are WeChat Pay and Alipay in their own protocols, at the simulator's doors; one clock for all.
final class MerchantBench: Sendable {
    let bench: PaymentBench
    let books: ChannelStore
    let wire: WeChatWire
    let weChat: WeChatChannel
    let alipay: AlipayChannel
    let channelClock: SkewedClock
    private let door: WebDoor
    private let group: EventLoopGroup
    private let client: HTTPClient

    /// - Parameter plan: lines of a fault plan.
    static func with(_ plan: String = "", skew: Duration = .zero, _ body: (MerchantBench) async throws -> Void) async throws {
        let merchant = try await MerchantBench(plan, skew)
        let result: Result<Void, any Error>
        do { result = .success(try await body(merchant)) } catch { result = .failure(error) }
        await merchant.client.shutdown()
        await merchant.door.shutdown()
        await merchant.group.shutdown()
        await merchant.books.close()
        await merchant.bench.close()
        try result.get()
    }

    private init(_ plan: String, _ skew: Duration) async throws {
        // Two days: an order that outlives a day of silence.
        bench = try await PaymentBench(lifetime: .seconds(2 * 86_400))
        let folder = bench.directory.file("merchant")
        let console = try SimulatedConsole(merchant: folder, own: bench.directory.file("keys"))
        books = try ChannelStore(path: bench.directory.file("channel.db"))
        let offset = SkewedClock(bench.clock)
        offset.skew.withLock { $0 = skew }
        channelClock = offset
        let time = SimulatorTime(now: { offset.now }, sleep: { _ in })
        wire = WeChatWire(console: console, time: time)
        group = try EventLoopGroup(count: 1)
        let table = try CSVTable(Array("out_trade_no,operation,fault,times,milliseconds\n\(plan)".utf8))
        let web = ChannelSimulator.Configuration.Web(
            listen: try #require(SocketAddress(host: "127.0.0.1", port: 0)), notify: try #require(HTTPOrigin("http://127.0.0.1:1")),
            console: console)
        door = try #require(
            try await WebDoor.open(
                web, store: books, faults: FaultInjector(plan: try FaultPlan(table), store: books, time: time), time: time,
                loop: group.loops[0], log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        var calls = HTTPClientConfiguration(origin: try #require(HTTPOrigin("http://\(door.address)")))
        // Beside hundreds of other tests an answer may take long.
        (calls.connectTimeout, calls.timeout) = (.seconds(60), .seconds(120))
        client = try HTTPClient(calls)
        let clock = bench.clock
        weChat = WeChatChannel(
            pay: WeChatPay(
                merchant: try WeChatMerchant(
                    mchid: SimulatedConsole.mchid, appid: SimulatedConsole.appid, serial: SimulatedConsole.merchantSerial,
                    notifyURL: "https://pay.example/notify/wechat", key: try CredentialFile.partnersKey("\(folder)/wechat.key"),
                    apiV3Key: try CredentialFile.secret("\(folder)/wechat-apiv3.key")),
                keys: try PlatformKeys([
                    PlatformKey(
                        id: SimulatedConsole.platformKeyID, key: try CredentialFile.partnersPublicKey("\(folder)/wechat-platform.pem"))
                ])), client: client, now: { clock.now })
        alipay = AlipayChannel(
            alipay: Alipay(
                merchant: try AlipayMerchant(
                    appID: SimulatedConsole.alipayAppID, sellerID: SimulatedConsole.alipaySellerID,
                    notifyURL: "https://pay.example/notify/alipay", key: try CredentialFile.partnersKey("\(folder)/alipay.key")),
                keys: try PlatformKeys([
                    PlatformKey(id: "alipay", key: try CredentialFile.partnersPublicKey("\(folder)/alipay-platform.pem"))
                ])), client: client, now: { clock.now })
    }

    /// Patience in hours: an hour between two questions, and between two tries of what fails.
    var configuration: PaymentEngineConfiguration {
        var configuration = bench.configuration
        configuration.channelPollInterval = .seconds(3_600)
        configuration.shortestBackoff = .seconds(60)
        configuration.longestBackoff = .seconds(3_600)
        return configuration
    }

    var channels: MerchantChannels {
        MerchantChannels(store: bench.payments, weChat: weChat, alipay: alipay, others: nil, configuration: configuration)
    }

    func makeEngine() -> PaymentEngine {
        PaymentEngine(
            store: bench.payments, channel: channels,
            queue: PaymentQueue(requests: bench.requests, digest: { $0 }, lifetime: .seconds(60), scheme: .local),
            configuration: configuration, log: bench.log.logger)
    }
}

/// The bench's clock, and how far the channel's is ahead of it.
final class SkewedClock: Sendable {
    let skew = Mutex<Duration>(.zero)
    private let clock: VirtualClock

    init(_ clock: VirtualClock) { self.clock = clock }

    var now: UnixTime {
        let (seconds, attoseconds) = skew.withLock { $0 }.components
        return clock.now.advanced(byNanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
