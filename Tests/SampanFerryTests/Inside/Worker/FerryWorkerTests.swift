import Logging
import SampanAPI
import SampanDomain
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

/// Time of a worker that passes only while it waits.
private final class WorkerClock: Sendable {
    private let start = ContinuousClock.now
    private let passed = Mutex(Duration.zero)
    private let kept = Mutex<[Duration]>([])

    var elapsed: Duration { passed.withLock { $0 } }
    var pauses: [Duration] { kept.withLock { $0 } }
    func advance(_ time: Duration) { passed.withLock { $0 += time } }

    var time: WorkerTime {
        WorkerTime(
            wall: { SampanFerryTests.time(2) }, monotonic: { [self] in start + elapsed },
            pause: { [self] time in
                advance(time)
                kept.withLock { $0.append(time) }
                await Task.yield()
            })
    }
}

@Suite("Ferry worker", .timeLimit(.minutes(20)))
struct FerryWorkerTests {
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    /// Runs a worker on a real desk until `isDone`, which is looked at before every call to the gateway.
    private func run(
        rows: Int, his: ScriptedHIS, clock: WorkerClock = WorkerClock(), wakes: Bool = false,
        fault: @escaping @Sendable (MethodDescriptor) -> LossyCaller.Fault? = { _ in nil },
        prepare: (RequestStore) async throws -> Void = { _ in }, until isDone: @escaping @Sendable (RequestStore) -> Bool
    ) async throws -> RequestStore {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<rows { _ = try await store.submit(newRequest(id), now: time(1)) }
        try await prepare(store)
        let (done, end) = AsyncStream.makeStream(of: Void.self)
        let caller = LossyCaller(
            base: InProcessCaller([FerryDesk(store: store, now: { time(2) }, pause: { clock.advance($0) })], as: try identity(.ferry))
        ) { method in
            if isDone(store) { end.finish() }
            return fault(method)
        }
        let worker = try FerryWorker(
            WorkerConfiguration(worker: 0, count: 1, session: "s0", batch: 8, wakes: wakes, scheme: .local), gateway: caller, his: his,
            time: clock.time,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let task = Task { await worker.run() }
        for await _ in done {}
        task.cancel()
        await task.value
        return store
    }

    @Test("GW-10 GW-21 rows are posted in batches, in order, and their outcomes written back")
    func happy() async throws {
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let store = try await run(rows: 20, his: his) { $0.openCount == 0 }
        #expect(his.posts == [Array(0..<8), Array(8..<16), Array(16..<20)])
        for seq in Int64(0)..<20 { #expect(try await store.status(seq).outcome == receipt(seq)) }
        await store.close()
    }

    @Test("a row of which the HIS did not say what became of it is resolved", arguments: [HISError.timeout, .lostReply])
    func resolves(error: HISError) async throws {
        let his = ScriptedHIS(post: { $0.seq % 2 == 0 ? .unknown(error) : .decided(ScriptedHIS.decided($0)) }) { row in
            ScriptedHIS.decided(row)
        }
        let store = try await run(rows: 8, his: his) { $0.openCount == 0 }
        #expect(his.resolves == [0, 2, 4, 6] && his.posts.count == 1)
        await store.close()
    }

    @Test("GW-08 a fence that is too old has no effect: the worker learns the newest, and goes on above it")
    func fenced() async throws {
        let newest = Mutex<Int64>(0)
        let his = ScriptedHIS(
            post: { row in
                // What the HIS has seen of a helper's meanwhile.
                let seen = newest.withLock { newest in
                    if row.seq == 8, newest == 0 { newest = 41 }
                    return newest
                }
                return (row.fence?.number ?? 0) > seen ? .decided(ScriptedHIS.decided(row)) : .fenced
            }, newestFence: { () throws(HISError) in newest.withLock { $0 } })
        let store = try await run(rows: 20, his: his) { $0.openCount == 0 }
        #expect(his.posts == [Array(0..<8), Array(8..<16), Array(8..<16), Array(16..<20)])
        await store.close()
    }

    @Test("a worker of which another run has started ends")
    func superseded() async throws {
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let partition = try Partition(worker: 0, of: 1)
        let store = try await RequestStore.open(path: directory.file())
        _ = try await store.submit(newRequest(0), now: time(1))
        for session in ["s0", "later"] { _ = try store.claim(RowClaim(partition, limit: 1, session: WorkerSession(session)), now: time(1)) }
        let worker = try FerryWorker(
            WorkerConfiguration(worker: 0, count: 1, session: "s0", scheme: .local),
            gateway: InProcessCaller([FerryDesk(store: store, now: { time(2) })], as: try identity(.ferry)), his: his,
            time: WorkerClock().time, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await worker.run()
        #expect(his.posts.isEmpty && store.openCount == 1)
        await store.close()
    }

    @Test("GW-11 a HIS that is away leaves its rows open, without resolving; they come again until it is back, at a growing distance")
    func unavailable() async throws {
        let clock = WorkerClock()
        let left = Mutex(6)
        let his = ScriptedHIS { row in
            let isAway = left.withLock { left in
                if row.seq == 0 { left -= 1 }
                return left >= 0
            }
            return isAway ? .unknown(.unavailable("down")) : .decided(ScriptedHIS.decided(row))
        }
        let store = try await run(rows: 3, his: his, clock: clock) { $0.openCount == 0 }
        #expect(his.resolves.isEmpty && his.posts.count == 7)
        // 40 to 60 ms, doubling five times at the most.
        #expect(clock.pauses.count >= 6 && clock.pauses[0] >= .milliseconds(40) && clock.pauses[0] <= .milliseconds(60))
        #expect(clock.pauses[5] >= .milliseconds(640) && clock.pauses[5] <= .milliseconds(960))
        await store.close()
    }

    @Test("a row that cannot be resolved stays open while the others of its batch are written back")
    func unresolved() async throws {
        let tries = Mutex(0)
        let his = ScriptedHIS(post: { $0.seq == 1 ? .unknown(.timeout) : .decided(ScriptedHIS.decided($0)) }) { row throws(HISError) in
            let count = tries.withLock { count in
                count += 1
                return count
            }
            guard count > 2 else { throw .unavailable("down") }
            return ScriptedHIS.decided(row)
        }
        let store = try await run(rows: 3, his: his) { $0.openCount == 0 }
        #expect(his.posts == [[0, 1, 2], [1], [1]] && his.resolves == [1, 1, 1])
        await store.close()
    }

    @Test(
        "GW-15 a row that cannot be read is rejected without the HIS, whatever is in it",
        arguments: [
            [UInt8](), [0xFF], [UInt8](repeating: 0xFF, count: 60_000), Array("\u{0}\u{1B}[2J".utf8), [0x0A, 0x7F],
        ])
    func malformed(payload: [UInt8]) async throws {
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let store = try await run(
            rows: 1, his: his,
            prepare: { store in
                _ = try await store.submit(
                    NewRequest(
                        submitter: InstitutionCode("4699010001", scheme: .local), requestID: RequestID("bad"), hash: [1], payload: payload,
                        deadline: time(9)), now: time(1))
            }
        ) { $0.openCount == 0 }
        #expect(his.posts == [[0]])
        guard case .rejected(let reason) = try await store.status(1).outcome else {
            Issue.record("the row was not rejected")
            return
        }
        #expect(reason.code == "MALFORMED_REQUEST" && !reason.message.isEmpty)
        await store.close()
    }

    @Test(
        "GW-08 an outcome whose write was lost, either way, is written again as it was",
        arguments: [
            LossyCaller.Fault.lostRequest, .lostAnswer,
        ])
    func lostComplete(fault: LossyCaller.Fault) async throws {
        let left = Mutex(3)
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let store = try await run(
            rows: 4, his: his,
            fault: { method in
                guard method.name == "CompleteRequests" else { return nil }
                return left.withLock { left in
                    left -= 1
                    return left >= 0 ? fault : nil
                }
            }
        ) { $0.openCount == 0 }
        for seq in Int64(0)..<4 { #expect(try await store.status(seq).outcome == receipt(seq)) }
        #expect(his.posts.count == (fault == .lostRequest ? 4 : 1))
        await store.close()
    }

    @Test("GW-05 an idle worker asks once per second, whether the gateway answers at once or lets it wait", arguments: [false, true])
    func tick(wakes: Bool) async throws {
        let clock = WorkerClock()
        let claims = Mutex(0)
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let store = try await run(
            rows: 0, his: his, clock: clock, wakes: wakes,
            fault: { _ in
                claims.withLock { $0 += 1 }
                return nil
            }
        ) { _ in clock.elapsed >= .seconds(100) }
        #expect((100...102).contains(claims.withLock { $0 }))
        await store.close()
    }

    @Test("a gateway that is down is asked at a growing distance, and worked with again when it is back")
    func gatewayDown() async throws {
        let clock = WorkerClock()
        let left = Mutex(10)
        let his = ScriptedHIS { .decided(ScriptedHIS.decided($0)) }
        let store = try await run(
            rows: 2, his: his, clock: clock,
            fault: { _ in
                left.withLock { left in
                    left -= 1
                    return left >= 0 ? .lostRequest : nil
                }
            }
        ) { $0.openCount == 0 }
        let pauses = clock.pauses.prefix(10)
        #expect(pauses.allSatisfy { $0 >= .milliseconds(40) && $0 <= .milliseconds(960) } && pauses[9] >= .milliseconds(640))
        await store.close()
    }
}
