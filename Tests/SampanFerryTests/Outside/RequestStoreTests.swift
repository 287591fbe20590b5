import SampanTestSupport
import SampanDomain
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry
@testable import SampanStorage

func time(_ second: Int64) -> UnixTime { UnixTime(nanoseconds: second * 1_000_000_000) }

func request(_ id: Int, submitter: String = "4699010001", hash: UInt8 = 1) throws -> NewRequest {
    NewRequest(
        submitter: try InstitutionCode(submitter, scheme: .local), requestID: try RequestID("r\(id)"),
        hash: [UInt8](repeating: hash, count: 32),
        payload: Array("payload \(id)".utf8), deadline: time(1_000))
}

func receipt(_ number: Int64) throws -> RequestOutcome { .posted(try ReceiptNumber("H\(number)")) }
let refused = RequestOutcome.rejected(OutcomeReason(constant: "HIS_REFUSED", "no"))

@Suite("Request store")
struct RequestStoreTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("numbers begin at 0 and follow the commits; a replay gets its first row")
    func submit() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<5 { #expect(try await store.submit(request(id), now: time(1)).seq == Int64(id)) }
        let replay = try await store.submit(request(3), now: time(9))
        #expect(replay.seq == 3 && replay.submittedAt == time(1) && replay.outcome == nil)
        await #expect(throws: RequestStoreError.requestIDReused(seq: 3)) { try await store.submit(request(3, hash: 2), now: time(1)) }
        // The id is unique per submitter, not over all.
        #expect(try await store.submit(request(3, submitter: "4699010002", hash: 2), now: time(1)).seq == 5)
        _ = try await store.complete([RequestCompletion(seq: 3, outcome: refused, decidedAt: time(2))], now: time(3))
        #expect(try await store.submit(request(3), now: time(9)).outcome == refused)
        await store.close()
    }

    @Test("150 rows and 5 workers: 30 each, in order, every seq once; claims come again until completed")
    func modulo() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<150 { _ = try await store.submit(request(id), now: time(1)) }
        var all: [Int64] = []
        for worker in 0..<5 {
            let partition = try Partition(worker: worker, of: 5)
            let rows = try store.claim(RowClaim(partition, limit: 1_024), now: time(2))
            #expect(rows.count == 30)
            #expect(rows.map(\.seq) == stride(from: Int64(worker), to: 150, by: 5).map { $0 })
            #expect(try store.claim(RowClaim(partition, limit: 7), now: time(3)) == Array(rows.prefix(7)))
            all += rows.map(\.seq)
        }
        #expect(all.sorted() == (0..<150).map { $0 })
        // The number of workers may change at any time.
        #expect(try store.claim(RowClaim(Partition(worker: 3, of: 4), limit: 3), now: time(3)).map(\.seq) == [3, 7, 11])
        #expect(try await store.status(3).claimedAt == time(2))
        await store.close()
    }

    @Test("outcomes: the same again is fine, another is refused, an unknown row is named; the rest of a batch goes on")
    func complete() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<4 { _ = try await store.submit(request(id), now: time(1)) }
        _ = try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 2), now: time(2))
        let first = try RequestCompletion(seq: 0, outcome: receipt(1), decidedAt: time(3))
        let answer = try await store.complete([first, first], now: time(4))
        let status = try #require(try? answer[0].get())
        #expect(status.claimedAt == time(2) && status.decidedAt == time(3) && status.finishedAt == time(4))
        #expect(try answer[1].get() == status)
        let mixed = try await store.complete(
            [
                RequestCompletion(seq: 0, outcome: refused, decidedAt: time(3)),
                RequestCompletion(seq: 9, outcome: refused, decidedAt: time(3)),
                RequestCompletion(seq: 1, outcome: refused, decidedAt: time(3)),
            ], now: time(5))
        #expect(mixed[0] == .failure(.outcomeConflict(seq: 0)))
        #expect(mixed[1] == .failure(.unknownSequence(9)))
        #expect(try mixed[2].get().outcome == refused)
        #expect(try await store.status(0) == status)
        #expect(try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 9), now: time(6)).map(\.seq) == [2, 3])
        await store.close()
    }

    @Test("open rows, outcomes and numbers survive a restart")
    func restart() async throws {
        var store = try await RequestStore.open(path: directory.file())
        for id in 0..<10 { _ = try await store.submit(request(id), now: time(1)) }
        _ = try await store.complete(
            try [1, 2, 9].map { RequestCompletion(seq: $0, outcome: try receipt($0), decidedAt: time(2)) }, now: time(3))
        await store.close()
        store = try await RequestStore.open(path: directory.file())
        #expect(store.openCount == 7)
        let rows = try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: 99), now: time(4))
        #expect(rows.map(\.seq) == [0, 3, 4, 5, 6, 7, 8])
        #expect(rows[1].payload == Array("payload 3".utf8))
        #expect(try await store.status(9).outcome == receipt(9))
        #expect(try await store.submit(request(10), now: time(5)).seq == 10)
        await store.close()
    }

    @Test("limits are typed errors and leave no gap")
    func limits() async throws {
        let store = try await RequestStore.open(path: directory.file(), maximumOpen: 2)
        let large = try NewRequest(
            submitter: InstitutionCode("a", scheme: .local), requestID: RequestID("big"), hash: [],
            payload: [UInt8](repeating: 0, count: RequestStore.maximumPayloadBytes + 1), deadline: time(1))
        await #expect(throws: RequestStoreError.payloadTooLarge(bytes: 65_537, limit: 65_536)) {
            try await store.submit(large, now: time(1))
        }
        for id in 0..<2 { _ = try await store.submit(request(id), now: time(1)) }
        await #expect(throws: RequestStoreError.tooManyOpenRequests(limit: 2)) { try await store.submit(request(2), now: time(1)) }
        #expect(try await store.submit(request(1), now: time(1)).seq == 1)
        _ = try await store.complete([RequestCompletion(seq: 0, outcome: refused, decidedAt: time(1))], now: time(1))
        #expect(try await store.submit(request(3), now: time(1)).seq == 2)
        for (worker, count) in [(0, 0), (1, 1), (-1, 5), (5, 5), (0, 65)] {
            #expect(throws: RequestStoreError.self) { try Partition(worker: worker, of: count) }
        }
        for limit in [0, -1, 1_025] {
            #expect(throws: RequestStoreError.self) { try store.claim(RowClaim(Partition(worker: 0, of: 1), limit: limit), now: time(1)) }
        }
        await store.close()
    }

    @Test(
        "concurrent submits, replays, reuses and a file that fills up: no gap, no double, what was acknowledged is there",
        arguments: [11, 12, 13] as [UInt64])
    func property(seed: UInt64) async throws {
        var options = SQLiteOptions()
        options.maximumPages = 150
        let path = directory.file("\(seed).db")
        let store = try await RequestStore.open(path: path, options: options)
        let acknowledged = await withTaskGroup(of: [(Int, Int64)].self) { group in
            for task in 0..<48 as Range<UInt64> {
                group.addTask {
                    var random = SeededRandom(seed: seed &* 1_000 &+ task)
                    var mine: [(Int, Int64)] = []
                    for _ in 0..<60 {
                        let id = Int.random(in: 0..<1_500, using: &random)
                        let hash: UInt8 = Int.random(in: 0..<10, using: &random) == 0 ? 9 : 1
                        if let status = try? await store.submit(request(id, hash: hash), now: time(1)) { mine.append((id, status.seq)) }
                    }
                    return mine
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let bySeq = Dictionary(grouping: acknowledged, by: \.1).mapValues { Set($0.map(\.0)) }
        let byID = Dictionary(grouping: acknowledged, by: \.0).mapValues { Set($0.map(\.1)) }
        #expect(bySeq.values.allSatisfy { $0.count == 1 } && byID.values.allSatisfy { $0.count == 1 }, "seed \(seed)")
        await store.close()
        let again = try await RequestStore.open(path: path)
        let open = try again.claim(RowClaim(Partition(worker: 0, of: 1), limit: 1_024), now: time(1))
        #expect(open.map(\.seq).elementsEqual(0..<Int64(open.count)), "seed \(seed)")
        #expect(again.openCount == byID.count || open.count == 1_024, "seed \(seed)")
        for row in open { #expect(bySeq[row.seq].map { $0 == [Int(row.requestID.text.dropFirst()) ?? -1] } ?? true) }
        await again.close()
    }
}
