import Logging
import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

/// Desks, saga, ferry and HIS in one process: real stores on both sides of the gap, a scripted channel, and time that a test moves.
final class BookingBench: Sendable {
    static let hospital = "4699010001"
    static let app = "APP-RESIDENT"

    let payments: PaymentBench
    let his: HISStore
    let notices: NoticeStore
    let board = InquiryBoard()
    let signal = CancellationSignal()
    let institutions: InstitutionDirectory
    let engine: PaymentEngine
    /// No time passes while it waits: holds would be over.
    private let configuration: PaymentEngineConfiguration
    private let directory: TemporaryDirectory

    init(_ seed: HISSeed, _ channel: ScriptedChannel = ScriptedChannel()) async throws {
        directory = try TemporaryDirectory()
        payments = try await PaymentBench(channel, lifetime: .seconds(80_000_000))
        his = try await HISStore.open(path: directory.file("his.db"), seed: seed)
        notices = try NoticeStore(path: directory.file("bookings.db"))
        institutions = try InstitutionDirectory(codes: seed.institutions.map(\.code), scheme: .local)
        configuration = PaymentEngineConfiguration(
            orderLifetime: .seconds(80_000_000), now: { [payments] in payments.clock.now }, pause: { _ in await Waiting.untilCancelled() })
        engine = PaymentEngine(
            store: payments.payments, channel: channel,
            queue: PaymentQueue(requests: payments.requests, digest: { $0 }, lifetime: .seconds(60), scheme: .local),
            configuration: configuration, log: payments.log.logger)
    }

    var now: UnixTime { payments.clock.now }

    /// - Parameter isSilent: nobody answers for the inside, and its time passes at once.
    func line(isSilent: Bool = false) -> HospitalLine {
        HospitalLine(
            board: board, requests: payments.requests, institutions: institutions, digest: { $0 }, now: { [self] in now },
            pause: { _ in if isSilent { await Task.yield() } else { await Waiting.untilCancelled() } })
    }

    /// What `GatewayClinics` composes.
    func services(_ line: HospitalLine) -> [any RPCService] {
        [
            BookingDesk(line: line, notices: notices, signal: signal, pause: { _ in await Waiting.untilCancelled() }),
            ClinicDesk(line: line, signal: signal), FeeDesk(line: line),
            PaymentDesk(
                store: payments.payments, engine: engine, institutions: institutions, configuration: configuration, digest: { $0 }),
        ]
    }

    func mover(_ line: HospitalLine) -> CancellationMover {
        CancellationMover(
            line: line, notices: notices, signal: signal,
            reverse: { [engine] notice in
                try await engine.reverse(
                    try OutTradeNo(notice.outTradeNo), receipt: try ReceiptNumber(notice.receipt), amount: notice.amount,
                    reason: notice.reversalReason)
            }, log: payments.log.logger, pause: { _ in await Waiting.untilCancelled() })
    }

    /// Runs saga, ferry and mover while `body` runs.
    func running(movesCancellations: Bool = true, _ body: @Sendable (BookingBench) async throws -> Void) async throws {
        let gateway = InProcessCaller(
            [
                FerryDesk(store: payments.requests, now: { [self] in now }, pause: { _ in await Waiting.untilCancelled() }),
                InquiryDesk(board: board, pause: { _ in await Waiting.untilCancelled() }),
            ], as: try PeerIdentity(trustDomain: "test", role: .ferry, institution: "4699010000", node: "f"))
        let time = WorkerTime(wall: { [self] in now }, pause: { _ in await Task.yield() })
        let worker = try FerryWorker(
            WorkerConfiguration(worker: 0, count: 1, session: "s", batch: 16, scheme: .local), gateway: gateway, his: his, time: time,
            log: payments.log.logger)
        let inquiries = InquiryWorker(gateway: gateway, his: his, pollInterval: .seconds(1), time: time, log: payments.log.logger)
        let mover = mover(line())
        var tasks = [Task { [engine] in await engine.run() }, Task { await worker.run() }, Task { await inquiries.run() }]
        if movesCancellations { tasks.append(Task { await mover.run() }) }
        let result: Result<Void, any Error>
        do { result = .success(try await body(self)) } catch { result = .failure(error) }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        try result.get()
    }

    func close() async {
        await payments.close()
        await his.close()
        await notices.close()
    }

    func caller(
        _ role: PeerIdentity.Role = .app, _ institution: String = app, isSilent: Bool = false
    ) throws -> InProcessCaller {
        InProcessCaller(
            services(line(isSilent: isSilent)),
            as: try PeerIdentity(trustDomain: "test", role: role, institution: institution, node: "n1"))
    }

    /// A payment of a hold, paid by the payer at the channel; the payment once it is final.
    func pay(_ order: String, hold: String, fen: Int64 = 1_500, patient: String = "") async throws -> PaymentRecord {
        let request = PaymentV1.PayBookingFeeRequest(
            requestID: "pay-\(order)",
            order: PaymentV1.Order(
                outTradeNo: order, institutionCode: Self.hospital, amountFen: fen, channel: .wechatPay, patientNumber: patient),
            holdNumber: hold)
        _ = try await PaymentV1.PaymentServiceClient(try caller()).payBookingFee(request)
        payments.channel.pay(try OutTradeNo(order))
        try await engine.hint(try OutTradeNo(order))
        return try await final(order)
    }

    /// The payment, as soon as it is final (again).
    func final(_ order: String, after isThere: @Sendable (PaymentRecord) -> Bool = { _ in true }) async throws -> PaymentRecord {
        while true {
            let changes = payments.payments.watch(try OutTradeNo(order)).makeAsyncIterator()
            var last: PaymentRecord?
            while let payment = try await changes.next() { last = payment }
            let payment = try #require(last)
            if payment.isFinal, isThere(payment) { return payment }
            await Task.yield()
        }
    }
}
