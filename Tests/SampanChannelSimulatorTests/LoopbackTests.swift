import Logging
import SampanAPI
import SampanChannelSimulator
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("Channel simulator over mutual TLS", .timeLimit(.minutes(20)))
struct LoopbackTests {
    @Test("the life of a payment, told to the merchant")
    func life() async throws {
        try await Self.with { region, address in
            let channel = ChannelV1.ChannelServiceClient(try region.channel(.gateway, to: address))
            let payer = ChannelV1.PayerServiceClient(try region.channel(.app, to: address))
            let created = try await channel.createOrder(Self.order("T1")).order
            let paid = try await payer.payOrder(.init(checkoutToken: created?.checkoutToken ?? "", pay: true)).order
            #expect(paid?.state == .paid)
            var notified = region.merchant.notified.makeAsyncIterator()
            #expect(await notified.next() == "T1")
            #expect(try await channel.queryOrder(.init(outTradeNo: "T1")).order == paid)
            let refund = try await channel.createRefund(.init(outTradeNo: "T1", outRefundNo: "R1", amountFen: 1_000)).refund
            #expect(refund?.state == .succeeded)
            #expect(try await channel.queryRefund(.init(outRefundNo: "R1")).refund == refund)
        }
    }

    @Test("a hundred calls at once over two connections refund exactly once")
    func concurrentRefund() async throws {
        try await Self.with { region, address in
            let callers = [try region.channel(.gateway, to: address), try region.channel(.gateway, to: address)]
            let clients = callers.map { ChannelV1.ChannelServiceClient($0) }
            let payer = ChannelV1.PayerServiceClient(try region.channel(.app, to: address))
            let created = try await clients[0].createOrder(Self.order("T1")).order
            _ = try await payer.payOrder(.init(checkoutToken: created?.checkoutToken ?? "", pay: true))
            let numbers = try await withThrowingTaskGroup(of: String?.self) { tasks in
                for index in 0..<100 {
                    tasks.addTask {
                        try await clients[index % 2].createRefund(.init(outTradeNo: "T1", outRefundNo: "R1", amountFen: 600)).refund?
                            .refundID
                    }
                }
                return try await tasks.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(numbers.count == 1 && !numbers.contains(nil))
            let second = await refusal { try await clients[0].createRefund(.init(outTradeNo: "T1", outRefundNo: "R2", amountFen: 401)) }
            #expect(second == "FAILED_PRECONDITION/REFUND_EXCEEDS_PAID")
        }
    }

    @Test("who may call what", arguments: PeerIdentity.Role.allCases)
    func roles(role: PeerIdentity.Role) async throws {
        try await Self.with { region, address in
            let caller = try region.channel(role, to: address)
            let asMerchant = await refusal { try await ChannelV1.ChannelServiceClient(caller).queryOrder(.init(outTradeNo: "T9")) }
            #expect(asMerchant == (role == .gateway ? "NOT_FOUND/ORDER_NOT_FOUND" : "PERMISSION_DENIED/ROLE_NOT_ALLOWED"))
            let asPayer = await refusal { try await ChannelV1.PayerServiceClient(caller).payOrder(.init(checkoutToken: "0", pay: true)) }
            #expect(asPayer == ([.app, .hospital].contains(role) ? "NOT_FOUND/ORDER_NOT_FOUND" : "PERMISSION_DENIED/ROLE_NOT_ALLOWED"))
        }
    }

    @Test("without a certificate nobody gets in")
    func plaintext() async throws {
        try await Self.with { region, address in
            let bare = ClientChannel(group: region.group, host: address.host, port: address.port, tls: nil)
            let refusal = await refusal { try await ChannelV1.ChannelServiceClient(bare).queryOrder(.init(outTradeNo: "T1")) }
            await bare.shutdown(grace: .zero)
            #expect(refusal == "UNAVAILABLE")
        }
    }

    static func order(_ number: String) -> ChannelV1.CreateOrderRequest {
        .init(outTradeNo: number, channel: .alipay, amountFen: 1_000, description: "门诊费")
    }

    /// A simulator in this process.
    private static func with(_ body: (Region, SocketAddress) async throws -> Void) async throws {
        try await Region.with { region in
            let listen = try #require(SocketAddress(host: "127.0.0.1", port: 0))
            let notify = try #require(HostAndPort(region.merchantAddress.description))
            let configuration = ChannelSimulator.Configuration(listen: listen, file: region.directory.file("channel.db"), notify: notify)
            let simulator = try await ChannelSimulator.start(
                configuration, credentials: try region.credentials(.platform, node: "channel"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let result: Result<Void, any Error>
            do { result = .success(try await body(region, simulator.address)) } catch { result = .failure(error) }
            await simulator.shutdown(grace: .zero)
            try result.get()
        }
    }
}
