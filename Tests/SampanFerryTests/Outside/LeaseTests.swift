import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

@Suite("GW-08 leases of request rows", .timeLimit(.minutes(20)))
struct LeaseTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// A clock that stands until it is moved.
    private final class Clock: Sendable {
        private let start = ContinuousClock.now
        private let passed = Mutex(Duration.zero)
        func pass(_ time: Duration) { passed.withLock { $0 += time } }
        var now: ContinuousClock.Instant { start + passed.withLock { $0 } }
    }

    private func with(rows: Int, _ body: (RequestStore, Clock) async throws -> Void) async throws {
        let clock = Clock()
        let store = try await RequestStore.open(path: directory.file(), lease: .seconds(10)) { clock.now }
        for id in 0..<rows { _ = try await store.submit(newRequest(id), now: time(1)) }
        try await body(store, clock)
        await store.close()
    }

    /// What a worker gets, as `seq/fence's worker.fence`.
    private static func claim(
        _ store: RequestStore, _ worker: Int, of count: Int, _ session: String, limit: Int = 100, helps: Bool = false, above: Int64 = 0
    ) throws -> [String] {
        try store.claim(
            RowClaim(Partition(worker: worker, of: count), limit: limit, session: WorkerSession(session), helps: helps, fenceAbove: above),
            now: time(2)
        ).map { row in "\(row.seq)/\(row.fence.map { "\($0.worker).\($0.number)" } ?? "-")" }
    }

    private static func complete(_ store: RequestStore, _ rows: [Int64]) async throws {
        _ = try await store.complete(rows.map { RequestCompletion(seq: $0, outcome: try receipt($0), decidedAt: time(3)) }, now: time(3))
    }

    @Test("rows are their worker's until they are completed; a worker that starts again gets them at once, under a newer fence")
    func restart() async throws {
        try await with(rows: 4) { store, _ in
            #expect(try Self.claim(store, 0, of: 2, "a") == ["0/0.1", "2/0.1"])
            #expect(try Self.claim(store, 0, of: 2, "a") == ["0/0.1", "2/0.1"])
            #expect(try Self.claim(store, 0, of: 2, "b") == ["0/0.2", "2/0.2"])
            #expect(throws: RequestStoreError.superseded(worker: 0)) { try Self.claim(store, 0, of: 2, "a") }
            try await Self.complete(store, [0, 2])
            #expect(try Self.claim(store, 0, of: 2, "b").isEmpty)
            #expect(try Self.claim(store, 1, of: 2, "c") == ["1/1.3", "3/1.3"])
        }
    }

    @Test("an idle worker helps one that stands still after its lease, not before; the late one's fence is old then")
    func stalled() async throws {
        try await with(rows: 6) { store, clock in
            #expect(try Self.claim(store, 0, of: 3, "zero", limit: 1) == ["0/0.1"])
            #expect(try Self.claim(store, 1, of: 3, "one", helps: true) == ["1/1.2", "4/1.2"])
            try await Self.complete(store, [1, 4])
            // Worker 0 holds row 0 for 10 s, and may still come for row 3; nobody has seen worker 2, which has as long.
            clock.pass(.seconds(10) - .nanoseconds(1))
            #expect(try Self.claim(store, 1, of: 3, "one", helps: true).isEmpty)
            clock.pass(.nanoseconds(1))
            #expect(try Self.claim(store, 1, of: 3, "one").isEmpty)
            #expect(try Self.claim(store, 1, of: 3, "one", helps: true) == ["0/0.3", "2/2.4", "3/0.3", "5/2.4"])
            // The helper has them now. The owners come back, and are let in at once.
            #expect(try Self.claim(store, 0, of: 3, "zero") == ["0/0.5", "3/0.5"])
            #expect(try Self.claim(store, 2, of: 3, "two") == ["2/2.6", "5/2.6"])
            try await Self.complete(store, [0, 2, 3, 5])
            #expect(store.openCount == 0)
        }
    }

    @Test("a second helper waits for the first one's lease")
    func twoHelpers() async throws {
        try await with(rows: 3) { store, clock in
            clock.pass(.seconds(10))
            #expect(try Self.claim(store, 1, of: 3, "one") == ["1/1.1"])
            try await Self.complete(store, [1])
            #expect(try Self.claim(store, 1, of: 3, "one", helps: true) == ["0/0.2", "2/2.3"])
            clock.pass(.seconds(5))
            #expect(try Self.claim(store, 1, of: 3, "one", helps: true) == ["0/0.2", "2/2.3"])
            clock.pass(.seconds(9))
            let other = { try Self.claim(store, 4, of: 6, "four", helps: true) }
            #expect(try other().isEmpty)
            clock.pass(.seconds(1))
            #expect(try other() == ["0/0.5", "2/2.6"])
        }
    }

    @Test(
        "GW-09 N changes live, 5 to 4 to 16: every row is handed to one worker at a time",
        arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
    func changes(seed: UInt64) async throws {
        try await with(rows: 160) { store, clock in
            var random = SeededRandom(seed: seed)
            var holders: [Int64: (session: String, until: ContinuousClock.Instant)] = [:]
            var (counts, previous, steps) = ([5, 4, 16], 5, 0)
            while store.openCount > 0 {
                steps += 1
                if steps % 60 == 0, counts.count > 1 { previous = counts.removeFirst() }
                // Workers of the number before are around for a while.
                let isLate = steps > 60 && steps % 60 < 30 && Bool.random(using: &random)
                let count = isLate ? previous : counts[0]
                let worker = Int.random(in: 0..<count, using: &random)
                let session = "\(count)-\(worker)"
                let claim = try RowClaim(
                    Partition(worker: worker, of: count), limit: Int.random(in: 1...8, using: &random),
                    session: WorkerSession(session), helps: Bool.random(using: &random))
                var rows: [ClaimedRow] = []
                do throws(RequestStoreError) { rows = try store.claim(claim, now: time(2)) } catch {
                    #expect(error == .superseded(worker: Int64(worker)), "seed \(seed)")
                    continue
                }
                for row in rows {
                    let fence = try #require(row.fence)
                    if let holder = holders[row.seq], holder.session != session, clock.now < holder.until {
                        // Only the worker itself takes a row from who holds it, and its fence says so.
                        #expect(fence.worker == Int64(worker), "seed \(seed), row \(row.seq)")
                    }
                    holders[row.seq] = (session, clock.now + store.lease)
                }
                if Bool.random(using: &random) { try await Self.complete(store, rows.map(\.seq)) }
                clock.pass(.milliseconds(Int.random(in: 0...900, using: &random)))
            }
            #expect(holders.count == 160, "seed \(seed)")
        }
    }

    @Test("a share of which another worker holds all rows does not wake a claim, until its lease is over")
    func wakes() throws {
        let start = ContinuousClock.now
        var (rows, slots) = (OpenRows(), WorkerSlots(lease: .seconds(10)))
        for seq in Int64(0)..<2 {
            let claimed = ClaimedRow(
                seq: seq, submitter: try InstitutionCode("a", scheme: .local), requestID: try RequestID("r\(seq)"), payload: [],
                deadline: time(9), trace: nil)
            rows.append(OpenRows.Row(claimed: claimed, submittedAt: time(1), claimedAt: nil, openedAt: start))
        }
        let session = try WorkerSession("one")
        let claim = try RowClaim(Partition(worker: 1, of: 2), limit: 9, session: session)
        #expect(rows.claim(claim, &slots, maximumBytes: 99, now: time(2), at: start)?.map(\.seq) == [1])
        _ = rows.remove(0)
        let all = try Partition(worker: 0, of: 1)
        for (seconds, isOpen) in [(0, false), (9, false), (10, true)] {
            #expect(rows.hasRow(of: all, slots, at: start + .seconds(seconds)) == isOpen)
            #expect(rows.hasRow(of: try Partition(worker: 1, of: 2), slots, at: start + .seconds(seconds)))
        }
    }

    @Test(
        "sessions and fences from outside are checked",
        arguments: [
            ("", false), ("a", true), (String(repeating: "x", count: 64), true), (String(repeating: "x", count: 65), false), ("a b", false),
            ("号", false),
        ])
    func sessions(text: String, isGood: Bool) throws {
        #expect(((try? WorkerSession(text)) != nil) == isGood)
        let partition = try Partition(worker: 0, of: 1)
        for (fence, isGood) in [(Int64(0), true), (1 << 62, true), (-1, false), (1 << 62 + 1, false), (.max, false)] {
            #expect(((try? RowClaim(partition, limit: 1, fenceAbove: fence)) != nil) == isGood)
        }
    }
}
