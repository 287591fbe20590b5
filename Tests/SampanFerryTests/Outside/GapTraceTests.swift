import Logging
import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry
@testable import SampanStorage

/// Real stores on both sides of the gap; only the clocks are the test's.
@Suite("The trace of a request goes over the gap", .timeLimit(.minutes(20)))
struct GapTraceTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private static let sampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    private static let unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

    /// 10 ms pass with every look, inside; the wall clock there is a day late.
    private final class InsideClock: Sendable {
        private let start = ContinuousClock.now
        private let looks = Mutex(0)

        var time: WorkerTime {
            WorkerTime(
                wall: { SampanFerryTests.time(100 - 86_400) },
                monotonic: { [self] in
                    let looks = looks.withLock { looks in
                        looks += 1
                        return looks
                    }
                    return start + .milliseconds(10 * looks)
                }, pause: { _ in })
        }
    }

    /// Hands in one request for each of `traces`, has one turn of a worker post them, and says what is told of it.
    private func spans(
        of traces: [String?], limit: Int = 100, submittedAt: Int64 = 1, malformed: Bool = false
    ) async throws -> (told: [FerrySpan], dropped: UInt64) {
        let store = try await RequestStore.open(path: directory.file())
        let desk = RequestDesk(
            store: store, institutions: try InstitutionDirectory(codes: ["4699010001"], scheme: .local), digest: { $0 },
            now: { time(submittedAt) })
        let client = GatewayV1.RequestServiceClient(InProcessCaller([desk], as: try identity(.hospital)))
        for (id, trace) in traces.enumerated() {
            var metadata = Metadata()
            if let trace { try metadata.append(trace, for: "traceparent") }
            _ = try await client.submitRequest(
                GatewayV1.SubmitRequestRequest(request: bookingRequest(id)), options: CallOptions(metadata: metadata))
        }
        if malformed {
            _ = try await store.submit(
                NewRequest(
                    submitter: InstitutionCode("4699010001", scheme: .local), requestID: RequestID("bad"), hash: [1], payload: [0xFF],
                    deadline: time(900), trace: TraceParent(Self.sampled)), now: time(submittedAt))
        }
        let ids = Mutex<UInt64>(0)
        let spans = FerrySpans(
            limit: limit,
            newID: {
                ids.withLock { id in
                    id += 1
                    return id
                }
            })
        let his = try await HISStore.open(path: directory.file("his.db"), seed: .paymentDay)
        let worker = try FerryWorker(
            WorkerConfiguration(worker: 0, count: 1, session: "s0", batch: 8, wakes: false, scheme: .local),
            gateway: InProcessCaller([FerryDesk(store: store, now: { time(100) }, spans: spans)], as: try identity(.ferry)), his: his,
            time: InsideClock().time, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        _ = try await worker.turn()
        #expect(store.openCount == 0)
        await his.close()
        await store.close()
        return (spans.take(), spans.dropped)
    }

    @Test("claim, HIS transaction and write-back are children of the call that submitted, by the clock outside, with no word of persons")
    func steps() async throws {
        let (told, dropped) = try await spans(of: [Self.sampled])
        let parent = try #require(TraceParent(Self.sampled))
        #expect(told.map(\.step) == [.claim, .post, .writeBack] && dropped == 0)
        #expect(told.allSatisfy { $0.parent == parent && $0.place.traceID == parent.traceID && $0.seq == 0 && $0.outcome == "posted" })
        #expect(told.map(\.place.spanID) == [1, 2, 3])
        // Looks at the clock inside: asked, answered, given to the HIS, known of the row, sent.
        let sent: Int64 = 100_000_000_000
        #expect(told.map { sent - $0.began } == [40_000_000, 20_000_000, 0])
        #expect(told.map { sent - $0.ended } == [30_000_000, 10_000_000, 0])
    }

    @Test("who is not recorded costs nothing and tells nothing", arguments: [nil, unsampled, "00-x", ""] as [String?])
    func silent(trace: String?) async throws {
        #expect(try await spans(of: [trace]).told.isEmpty)
    }

    @Test("of a batch only the rows are told that are recorded")
    func mixed() async throws {
        let told = try await spans(of: [nil, Self.sampled, Self.unsampled, Self.sampled]).told
        #expect(told.map(\.seq) == [1, 1, 1, 3, 3, 3])
        // The rows were settled one after the other.
        #expect(told[1].ended < told[4].ended)
    }

    @Test("a claim that waited for the row begins with the row")
    func waited() async throws {
        let (told, _) = try await spans(of: [Self.sampled], submittedAt: 100)
        #expect(told.first?.began == time(100).nanoseconds && told.first?.ended == time(100).nanoseconds)
    }

    @Test("a row that never comes before the HIS has no span of it")
    func malformed() async throws {
        let told = try await spans(of: [], malformed: true).told
        #expect(told.map(\.step) == [.claim, .writeBack] && told.allSatisfy { $0.outcome == "rejected" })
    }

    @Test("more spans than anybody takes are dropped and counted")
    func bounded() async throws {
        let (told, dropped) = try await spans(of: [String?](repeating: Self.sampled, count: 4), limit: 10)
        #expect(told.count == 10 && dropped == 2)
    }

    @Test("the trace is on the disk with the row; a replay by another call changes nothing")
    func kept() async throws {
        var store = try await RequestStore.open(path: directory.file())
        func row(_ trace: String?) throws -> NewRequest {
            NewRequest(
                submitter: try InstitutionCode("4699010001", scheme: .local), requestID: try RequestID("r"), hash: [1], payload: [2],
                deadline: time(9), trace: trace.flatMap { TraceParent($0) })
        }
        _ = try await store.submit(row(Self.sampled), now: time(1))
        _ = try await store.submit(row(nil), now: time(2))
        await store.close()
        store = try await RequestStore.open(path: directory.file())
        let expected = RowTrace(seq: 0, parent: try #require(TraceParent(Self.sampled)), submittedAt: time(1))
        #expect(store.trace(of: 0) == expected && store.trace(of: 1) == nil)
        let claimed = try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 1), now: time(3))
        #expect(claimed.first?.trace?.description == Self.sampled)
        _ = try await store.complete([RequestCompletion(seq: 0, outcome: refused, decidedAt: time(2))], now: time(3))
        #expect(store.trace(of: 0) == nil)
        await store.close()
    }

    @Test("a store from before traces is taken over, with its open rows")
    func migrates() async throws {
        let before = Schema(name: "requests", migrations: Array(RequestStore.schema.migrations.prefix(1)))
        let database = try SQLiteDatabase(path: directory.file(), schema: before)
        try await database.write { tx in
            try tx.execute(
                """
                INSERT INTO requests (seq, submitter, request_id, hash, payload, deadline, state, submitted_at)
                VALUES (0, '4699010001', 'r0', x'01', x'02', 9, 0, 1)
                """)
        }
        await database.close()
        let store = try await RequestStore.open(path: directory.file())
        #expect(store.openCount == 1 && store.trace(of: 0) == nil)
        #expect(try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 1), now: time(3)).map(\.seq) == [0])
        #expect(try await store.submit(request(1), now: time(1)).seq == 1)
        await store.close()
    }

    @Test(
        "what the inside says of its time is believed as far as it can be",
        arguments: [
            ([4, 3, 2, 1], true), ([0, 0, 0, 0], true), ([86_400, 3, 2, 1], true), ([4, 3, nil, nil], true), ([86_401, 3, 2, 1], false),
            ([3, 4, 2, 1], false), ([4, 2, 3, 1], false), ([4, 3, 1, 2], false), ([4, -1, nil, nil], false), ([4, 3, 2, -1], false),
            ([nil, 3, 2, 1], false), ([4, nil, 2, 1], false), ([4, 3, nil, 1], false), ([4, 3, 2, nil], false),
            ([nil, nil, nil, nil], false),
        ] as [([Int64?], Bool)])
    func ages(seconds: [Int64?], isBelieved: Bool) {
        let ages = seconds.map { $0.map { GoogleProtobuf.Duration(seconds: $0) } }
        let message = GatewayV1.RequestTimings(claimAsked: ages[0], claimAnswered: ages[1], postBegan: ages[2], postEnded: ages[3])
        #expect((RowTimings(message) != nil) == isBelieved)
    }
}
