import SampanTestSupport
import Logging
import SampanDomain
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

/// Outside and inside, glued together in one process: real stores on both sides, nothing between them but the stubs.
@Suite("Ferry, both sides", .timeLimit(.minutes(20)))
struct FerryTests {
    private static let total = 2_000
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private final class Chance: Sendable {
        private let random: Mutex<SeededRandom>
        init(_ seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }
        func below(_ end: Int) -> Int { random.withLock { Int.random(in: 0..<end, using: &$0) } }
    }

    private static func faults(_ chance: Chance) throws -> [OutTradeNo: FaultPlan.Fault] {
        var faults: [OutTradeNo: FaultPlan.Fault] = [:]
        for id in 0..<total {
            switch chance.below(100) {
            case 0..<3: faults[try OutTradeNo("SP\(id)")] = .timeout
            case 3..<6: faults[try OutTradeNo("SP\(id)")] = .lostReply
            case 6..<9: faults[try OutTradeNo("SP\(id)")] = .reject
            default: break
            }
        }
        return faults
    }

    @Test(
        "GW-08 2,000 requests, lost calls, a sick HIS, workers ended at random, 5 → 4 → 7 of them: one effect per request",
        arguments: [UInt64(0x5A4D_0001), 0x5A4D_0002])
    func oneEffect(seed: UInt64) async throws {
        let chance = Chance(seed)
        let requests = try await RequestStore.open(path: directory.file("requests-\(seed).db"))
        let base = try await HISStore.open(path: directory.file("his-\(seed).db"), seed: .paymentDay)
        let faults = try Self.faults(chance)
        let his = FaultyHIS(base, plan: FaultPlan(faults: faults), wait: { _ in await Task.yield() })
        let gateway = LossyCaller(
            base: InProcessCaller(
                [FerryDesk(store: requests, now: { HISAdapterConformance.early }, pause: { _ in await Task.yield() })],
                as: try identity(.ferry))
        ) { _ in
            switch chance.below(20) {
            case 0: .lostRequest
            case 1: .lostAnswer
            default: nil
            }
        }
        @Sendable func start(_ worker: Int, _ count: Int) throws -> Task<Void, Never> {
            let worker = try FerryWorker(
                WorkerConfiguration(worker: worker, count: count, session: "s\(worker)", batch: 16, scheme: .local), gateway: gateway,
                his: his,
                time: WorkerTime(wall: { HISAdapterConformance.early }, pause: { _ in await Task.yield() }),
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            return Task { await worker.run() }
        }
        let submitting = Task {
            for id in 0..<Self.total { _ = try await requests.submit(newRequest(id), now: HISAdapterConformance.early) }
        }
        var running: [Task<Void, Never>] = []
        for (phase, count) in [5, 4, 7].enumerated() {
            // The old ones are still at work when the new ones begin: two workers hold the same rows.
            let old = running
            running = try (0..<count).map { try start($0, count) }
            for task in old { task.cancel() }
            let target = Int64(Self.total * (phase + 1) / 3 - 1)
            while try await !isFinished(requests, target) {
                let victim = chance.below(count)
                running[victim].cancel()
                running[victim] = try start(victim, count)
                for _ in 0..<chance.below(200) { await Task.yield() }
            }
            for task in old { await task.value }
        }
        try await submitting.value
        while requests.openCount > 0 { await Task.yield() }
        for task in running { task.cancel() }
        for task in running { await task.value }
        try await check(requests, base, faults, seed)
        await requests.close()
        await base.close()
    }

    private func isFinished(_ requests: RequestStore, _ seq: Int64) async throws -> Bool {
        do throws(RequestStoreError) {
            return try await requests.status(seq).isFinal
        } catch {
            if case .unknownSequence = error { return false }
            throw error
        }
    }

    private func check(_ requests: RequestStore, _ his: HISStore, _ faults: [OutTradeNo: FaultPlan.Fault], _ seed: UInt64) async throws {
        let ledger = try await his.ledger(from: UnixTime(nanoseconds: .min), to: UnixTime(nanoseconds: .max))
        let receipts = Dictionary(ledger.map { ($0.outTradeNo, $0.receipt) }) { first, _ in first }
        #expect(receipts.count == ledger.count && Set(ledger.map(\.receipt)).count == ledger.count, "seed \(seed): one receipt per order")
        var posted = 0
        for seq in 0..<Int64(Self.total) {
            let status = try await requests.status(seq)
            let order = try OutTradeNo("SP" + status.requestID.text.dropFirst())
            switch (status.outcome, faults[order]) {
            case (.posted(let receipt), nil), (.posted(let receipt), .lostReply):
                #expect(receipts[order] == receipt, "seed \(seed), seq \(seq)")
                posted += 1
            case (.rejected(let reason), .reject):
                #expect(reason.code == "HIS_REFUSED" && receipts[order] == nil, "seed \(seed), seq \(seq)")
            case (.expired(let reason), .timeout):
                #expect(reason.code == "HIS_TIMEOUT" && receipts[order] == nil, "seed \(seed), seq \(seq)")
            default:
                Issue.record("seed \(seed), seq \(seq): \(String(describing: status.outcome)) for \(String(describing: faults[order]))")
            }
        }
        #expect(posted == ledger.count, "seed \(seed)")
    }
}
