import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

@Suite("Ferry desk", .timeLimit(.minutes(20)))
struct FerryDeskTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private typealias Pause = @Sendable (Duration) async -> Void

    private func with(
        rows: Int, pause: @escaping Pause = { _ in }, _ body: (RequestStore, GatewayV1.FerryServiceClient) async throws -> Void
    ) async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<rows { _ = try await store.submit(newRequest(id), now: time(1)) }
        let desk = FerryDesk(store: store, now: { time(2) }, pause: pause)
        try await body(store, GatewayV1.FerryServiceClient(InProcessCaller([desk], as: try identity(.ferry))))
        await store.close()
    }

    private static func claim(_ worker: UInt32, of count: UInt32, limit: UInt32 = 100, wait: Duration? = nil)
        -> GatewayV1.ClaimRequestsRequest
    {
        GatewayV1.ClaimRequestsRequest(worker: worker, workerCount: count, limit: limit, wait: wait.flatMap { GoogleProtobuf.Duration($0) })
    }

    private static func outcome(_ seq: UInt64, _ state: GatewayV1.RequestState = .posted, receipt: String = "H1")
        -> GatewayV1.RequestOutcome
    {
        GatewayV1.RequestOutcome(
            seq: seq, state: state, receiptNumber: state == .posted ? receipt : "", reason: state == .posted ? "" : "HIS_REFUSED",
            message: "", decidedAt: time(2).message)
    }

    @Test("GW-07 150 rows and 5 workers: 30 each, in order, seq mod 5 = worker")
    func modulo() async throws {
        try await with(rows: 150) { _, client in
            for worker in UInt32(0)..<5 {
                let rows = try await client.claimRequests(Self.claim(worker, of: 5)).requests
                #expect(rows.map(\.seq) == (0..<30).map { UInt64(worker) + $0 * 5 })
                #expect(rows.allSatisfy { $0.submitter == "4699010001" })
            }
            #expect(try await client.claimRequests(Self.claim(2, of: 5, limit: 7)).requests.count == 7)
        }
    }

    @Test("GW-05 a claim without rows waits, and a submit wakes it")
    func wakes() async throws {
        let (waiting, isWaiting) = AsyncStream.makeStream(of: Duration.self)
        try await with(
            rows: 0,
            pause: {
                isWaiting.yield($0); await Waiting.untilCancelled()
            }
        ) { store, client in
            async let claimed = client.claimRequests(Self.claim(0, of: 1, wait: .seconds(20)))
            for await wait in waiting {
                #expect(wait == .seconds(20))
                break
            }
            _ = try await store.submit(newRequest(7), now: time(1))
            #expect(try await claimed.requests.map(\.seq) == [0])
        }
    }

    @Test(
        "a wait ends at its time with an empty answer; at most 60 s; none for zero or less",
        arguments: [
            (Duration.milliseconds(1), [Duration.milliseconds(1)]), (.seconds(60), [.seconds(60)]), (.seconds(61), [.seconds(60)]),
            (.seconds(300_000_000_000), [.seconds(60)]), (.zero, []), (.seconds(-1), []),
        ])
    func waits(asked: Duration, waited: [Duration]) async throws {
        let pauses = Mutex<[Duration]>([])
        try await with(rows: 0, pause: { time in pauses.withLock { $0.append(time) } }) { _, client in
            let rows = try await client.claimRequests(Self.claim(0, of: 1, wait: asked)).requests
            #expect(rows.isEmpty)
        }
        #expect(pauses.withLock { $0 } == waited)
    }

    @Test(
        "wrong numbers of workers and limits are INVALID_ARGUMENT",
        arguments: [
            (UInt32(0), UInt32(0), UInt32(1)), (1, 1, 1), (5, 5, 1), (0, 65, 1), (.max, .max, 1), (0, 1, 0), (0, 1, 1_025), (0, 1, .max),
        ])
    func wrongClaims(worker: UInt32, count: UInt32, limit: UInt32) async throws {
        try await with(rows: 1) { _, client in
            let error = try await failure {
                _ = try await client.claimRequests(Self.claim(worker, of: count, limit: limit, wait: .seconds(1)))
            }
            #expect(error.code == .invalidArgument && error.errorInfo?.reason == "INVALID_CLAIM")
        }
    }

    @Test("GW-10 an outcome written twice counts once; another one for a finished row is an error, and the others of its call stand")
    func complete() async throws {
        try await with(rows: 3) { store, client in
            for _ in 0..<2 { _ = try await client.completeRequests(GatewayV1.CompleteRequestsRequest(outcomes: [Self.outcome(0)])) }
            let conflict = try await failure {
                _ = try await client.completeRequests(
                    GatewayV1.CompleteRequestsRequest(outcomes: [Self.outcome(0, .rejected), Self.outcome(1, .expired)]))
            }
            #expect(conflict.code == .failedPrecondition && conflict.errorInfo?.reason == "OUTCOME_CONFLICT")
            #expect(try await store.status(0).outcome == receipt(1))
            #expect(try await store.status(1).outcome == .expired(OutcomeReason(code: "HIS_REFUSED", message: "")))
            let unknown = try await failure {
                _ = try await client.completeRequests(GatewayV1.CompleteRequestsRequest(outcomes: [Self.outcome(9)]))
            }
            #expect(unknown.code == .notFound && store.openCount == 1)
            _ = try await client.completeRequests(GatewayV1.CompleteRequestsRequest())
        }
    }

    static let wrongOutcomes: [(GatewayV1.RequestOutcome, String)] = [
        (outcome(.max), "seq"), (outcome(UInt64(Int64.max) + 1), "seq"), (outcome(0, .queued), "state"),
        (outcome(0, .unspecified), "state"),
        (outcome(0, .unrecognized(17)), "state"), (outcome(0, receipt: ""), "receipt_number"),
        (GatewayV1.RequestOutcome(seq: 0, state: .rejected, reason: "no good", decidedAt: time(1).message), "reason"),
        (GatewayV1.RequestOutcome(seq: 0, state: .rejected, reason: "", decidedAt: time(1).message), "reason"),
        (GatewayV1.RequestOutcome(seq: 0, state: .posted, receiptNumber: "H1"), "decided_at"),
    ]

    @Test("a malformed outcome is refused by field and changes nothing", arguments: wrongOutcomes.indices)
    func wrongOutcome(index: Int) async throws {
        let (outcome, field) = Self.wrongOutcomes[index]
        try await with(rows: 2) { store, client in
            let error = try await failure {
                _ = try await client.completeRequests(GatewayV1.CompleteRequestsRequest(outcomes: [Self.outcome(1), outcome]))
            }
            #expect(
                error.code == .invalidArgument && error.detail(GoogleRPC.BadRequest.self)?.fieldViolations.first?.field == field, "\(error)"
            )
            #expect(store.openCount == 2)
        }
    }
}
