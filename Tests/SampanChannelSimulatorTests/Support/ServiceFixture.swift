import SampanAPI
import SampanChannelSimulator
import SampanDomain
import SampanRPC
import StoreTestSupport

/// The services on a fresh file, without a network, in manual time.
struct ServiceFixture {
    let directory: TemporaryDirectory
    let clock = ManualTime()
    let store: ChannelStore
    let faults: FaultInjector
    let channel: SimulatedChannelService
    let payer: SimulatedPayerService
    let context = CallContext(
        method: ChannelV1.ChannelServiceMethods.createOrder, peer: Peer(address: "127.0.0.1:1"), requestMetadata: Metadata(),
        deadline: ContinuousClock.now + .seconds(60))

    init(plan: FaultPlan = .none, directory: TemporaryDirectory? = nil, wakeUps: WakeUps = WakeUps()) throws {
        self.directory = try directory ?? TemporaryDirectory()
        store = try ChannelStore(path: self.directory.file()) { wakeUps.wake() }
        faults = FaultInjector(plan: plan, store: store, time: clock.time)
        channel = SimulatedChannelService(store: store, faults: faults, time: clock.time)
        payer = SimulatedPayerService(store: store, faults: faults, time: clock.time)
    }

    static func with(plan: FaultPlan = .none, _ body: (ServiceFixture) async throws -> Void) async throws {
        let fixture = try ServiceFixture(plan: plan)
        do { try await body(fixture) } catch {
            await fixture.store.close()
            throw error
        }
        await fixture.store.close()
    }

    static func plan(_ rows: String...) throws -> FaultPlan {
        let text = (["out_trade_no,operation,fault,times,milliseconds"] + rows).joined(separator: "\n")
        return try FaultPlan(CSVTable(Array(text.utf8)))
    }

    func create(
        _ number: String = "T1", _ channel: GatewayV1.PaymentChannel = .wechatPay, fen: Int64 = 1_000, description: String = "挂号费",
        expiresIn seconds: Int64? = 900
    ) async throws -> ChannelV1.ChannelOrder {
        let expiry = seconds.map { ManualTime.start.advanced(byNanoseconds: $0 * 1_000_000_000).nanoseconds }
        let request = ChannelV1.CreateOrderRequest(
            outTradeNo: number, channel: channel, amountFen: fen, description: description,
            expiresAt: expiry.map { .init(nanosecondsSince1970: $0) })
        return try await self.channel.createOrder(request, context: context).order ?? .init()
    }

    func pay(_ order: ChannelV1.ChannelOrder, _ pay: Bool = true) async throws -> ChannelV1.ChannelOrder {
        try await payer.payOrder(.init(checkoutToken: order.checkoutToken, pay: pay), context: context).order ?? .init()
    }

    func query(_ number: String = "T1") async throws -> ChannelV1.ChannelOrder {
        try await channel.queryOrder(.init(outTradeNo: number), context: context).order ?? .init()
    }

    func close(_ number: String = "T1") async throws -> ChannelV1.ChannelOrder {
        try await channel.closeOrder(.init(outTradeNo: number), context: context).order ?? .init()
    }

    func refund(
        _ number: String = "R1", of order: String = "T1", fen: Int64 = 1_000, reason: String = "HIS 拒绝"
    ) async throws -> ChannelV1.Refund {
        let request = ChannelV1.CreateRefundRequest(outTradeNo: order, outRefundNo: number, amountFen: fen, reason: reason)
        return try await channel.createRefund(request, context: context).refund ?? .init()
    }

    func queryRefund(_ number: String = "R1") async throws -> ChannelV1.Refund {
        try await channel.queryRefund(.init(outRefundNo: number), context: context).refund ?? .init()
    }
}

/// `CODE/REASON` (or the field, for INVALID_ARGUMENT) of what `body` throws as a caller would see it; nil when it does not throw.
func refusal<T>(_ body: () async throws -> T) async -> String? {
    do {
        _ = try await body()
        return nil
    } catch {
        let error = RPCError(translating: error)
        let detail = error.errorInfo?.reason ?? error.badRequest?.fieldViolations.first?.field
        return detail.map { "\(error.code)/\($0)" } ?? "\(error.code)"
    }
}
