import Logging
import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// The saga on a bench: real stores in a directory of its own, a scripted channel, time that passes only when waited for.
final class PaymentBench: Sendable {
    static let institution = "4699010001"
    let directory: TemporaryDirectory
    let payments: PaymentStore
    let requests: RequestStore
    let clock = VirtualClock()
    let channel: ScriptedChannel
    let log = LogCatcher()
    let lifetime: Duration
    /// Called at every look at the clock, which comes before every write of the store.
    let onNow = Mutex<(@Sendable () -> Void)?>(nil)

    /// - Parameter lifetime: of an order; 12 s are three polls of the channel.
    init(_ channel: ScriptedChannel = ScriptedChannel(), lifetime: Duration = .seconds(12)) async throws {
        self.lifetime = lifetime
        directory = try TemporaryDirectory()
        payments = try PaymentStore(path: directory.file("payments.db"))
        requests = try await RequestStore.open(path: directory.file("requests.db"))
        self.channel = channel
    }

    func close() async {
        onNow.withLock { $0 = nil }
        await payments.close()
        await requests.close()
    }

    var configuration: PaymentEngineConfiguration {
        PaymentEngineConfiguration(
            orderLifetime: lifetime,
            now: { [self] in
                onNow.withLock { $0 }?()
                return clock.now
            },
            pause: { [clock] in await clock.pause($0) })
    }

    func makeEngine() -> PaymentEngine {
        PaymentEngine(
            store: payments, channel: channel,
            queue: PaymentQueue(requests: requests, digest: { $0 }, lifetime: .seconds(60), scheme: .local), configuration: configuration,
            log: log.logger)
    }

    /// A payment as the desk makes it, before anything was asked of the channel.
    @discardableResult
    func create(_ id: Int, fen: Int64 = 500, trace: TraceParent? = nil) async throws -> PaymentRecord {
        let institution = try InstitutionCode(Self.institution, scheme: .local)
        let command = GatewayV1.Request.Command.bookingFee(
            GatewayV1.BookingFee(
                charge: GatewayV1.Charge(
                    outTradeNo: "SP\(id)", institutionCode: institution.text, amountFen: fen, channel: .wechatPay, patientNumber: "P\(id)"),
                departmentCode: "03"))
        let bytes = try PaymentCommand.bytes(command)
        return try await payments.create(
            NewPayment(
                outTradeNo: OutTradeNo("SP\(id)"), caller: institution, requestID: RequestID("r\(id)"), hash: bytes,
                institution: institution,
                kind: .bookingFee, amount: Money(fen: fen), channel: .wechatPay, command: bytes, trace: trace),
            now: clock.now)
    }

    /// Runs an engine, and an inside that decides, while `body` runs.
    func running<R: Sendable>(
        decide: @escaping @Sendable (ClaimedRow) -> RequestOutcome? = { .posted(PaymentBench.receipt($0.seq)) },
        _ body: @Sendable @escaping (PaymentEngine) async throws -> R
    ) async throws -> R {
        let engine = makeEngine()
        let mover = Task { await engine.run() }
        let inside = Task { await self.inside(decide) }
        let result: Result<R, any Error>
        do { result = .success(try await body(engine)) } catch { result = .failure(error) }
        mover.cancel()
        inside.cancel()
        await mover.value
        await inside.value
        return try result.get()
    }

    /// The inside of the ferry: decides every open row, twice, since a lost answer is written again.
    func inside(_ decide: @Sendable (ClaimedRow) -> RequestOutcome?) async {
        guard let all = try? Partition(worker: 0, of: 1) else { return }
        while await requests.waitForOpenRow(all) {
            guard let rows = try? requests.claim(RowClaim(all, limit: 100), now: clock.now) else { return }
            let completions = rows.compactMap { row in
                decide(row).map { RequestCompletion(seq: row.seq, outcome: $0, decidedAt: clock.now) }
            }
            guard !completions.isEmpty else { return }
            for _ in 0..<2 { _ = try? await requests.complete(completions, now: clock.now) }
        }
    }

    /// The payment, as soon as it is final.
    func final(_ id: Int) async throws -> PaymentRecord { try await reached(id) { $0.isFinal } }

    func reached(_ id: Int, _ isThere: @Sendable (PaymentRecord) -> Bool) async throws -> PaymentRecord {
        let changes = payments.watch(try OutTradeNo("SP\(id)")).makeAsyncIterator()
        while let payment = try await changes.next() {
            if isThere(payment) { return payment }
        }
        return try await payments.payment(OutTradeNo("SP\(id)"))
    }

    func timeline(_ id: Int) async throws -> [String] {
        var states: [String] = []
        for (state, _) in try await payments.timeline(OutTradeNo("SP\(id)")) where states.last != state { states.append(state) }
        return states
    }

    static func receipt(_ seq: Int64) -> ReceiptNumber {
        do { return try ReceiptNumber("H2611180\(1_000_000 + seq)") } catch { preconditionFailure("\(error)") }
    }

    /// What has to hold at every moment; the text says what does not.
    func violations(_ outTradeNo: OutTradeNo) async throws -> [String] {
        var found: [String] = []
        let equation = try await payments.equation()
        if !equation.holds { found.append("the equation does not hold: \(equation)") }
        guard let order = channel.order(outTradeNo) else { return found }
        if order.refunds.count > 1 { found.append("\(order.refunds.count) refunds of one order") }
        if order.refundNumbers.count > 1 { found.append("\(order.refundNumbers.count) refund numbers of one order") }
        if try order.refunds.values.reduce(Money.zero, { try $0.adding($1) }) > order.amount { found.append("more was refunded than paid") }
        let payment = try await payments.payment(outTradeNo)
        switch payment.state {
        case .posted where !order.refunds.isEmpty: found.append("posted and refunded")
        case .refunded where order.refunds.isEmpty: found.append("refunded in the books only")
        case .closed:
            if case .paid = order.status { found.append("closed, and the channel has the money") }
        default: break
        }
        if payment.isFinal, let row = payment.state.seq, case .posted = try await requests.status(row).outcome,
            payment.state.refundNo != nil
        {
            found.append("refunded, and posted by the HIS")
        }
        return found
    }
}
