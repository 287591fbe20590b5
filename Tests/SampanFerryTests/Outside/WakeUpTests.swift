import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Wake-ups of the request store", .timeLimit(.minutes(20)))
struct WakeUpTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("no wake-up is lost between a claim that found nothing and the wait", arguments: [1, 5])
    func workers(count: Int) async throws {
        let store = try await RequestStore.open(path: directory.file())
        let total = 600
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<count {
                group.addTask {
                    var expected = Int64(worker)
                    while expected < Int64(total), let partition = try? Partition(worker: worker, of: count) {
                        guard await store.waitForOpenRow(partition) else { return }
                        let rows = (try? store.claim(RowClaim(partition, limit: 8), now: time(1))) ?? []
                        let done = rows.map { RequestCompletion(seq: $0.seq, outcome: refused, decidedAt: time(1)) }
                        for row in rows {
                            #expect(row.seq == expected)
                            expected += Int64(count)
                        }
                        _ = try? await store.complete(done, now: time(1))
                    }
                }
            }
            group.addTask {
                for id in 0..<total { _ = try? await store.submit(request(id), now: time(1)) }
            }
        }
        #expect(store.openCount == 0)
        await store.close()
    }

    @Test("a wait wakes only for its own share, and ends when cancelled")
    func share() async throws {
        let store = try await RequestStore.open(path: directory.file())
        let partition = try Partition(worker: 1, of: 2)
        let waiting = Task { await store.waitForOpenRow(partition) }
        _ = try await store.submit(request(0), now: time(1))
        #expect(try store.claim(RowClaim(partition, limit: 1), now: time(1)).isEmpty)
        _ = try await store.submit(request(1), now: time(1))
        #expect(await waiting.value)
        let cancelled = Task { await store.waitForOpenRow(try Partition(worker: 2, of: 3)) }
        cancelled.cancel()
        #expect(try await cancelled.value == false)
        await store.close()
    }

    @Test("2,000 watchers each see the row queued or finished, and exactly one final state")
    func watchers() async throws {
        let store = try await RequestStore.open(path: directory.file())
        for id in 0..<200 { _ = try await store.submit(request(id), now: time(1)) }
        await withTaskGroup(of: Void.self) { group in
            for watcher in 0..<2_000 as Range<Int64> {
                group.addTask {
                    var seen: [RequestRowStatus] = []
                    do {
                        for try await status in store.watch(watcher % 200) { seen.append(status) }
                    } catch {
                        Issue.record("\(error)")
                    }
                    #expect(seen.last?.outcome == refused)
                    #expect(seen.count(where: { $0.isFinal }) == 1 && seen.count <= 2)
                }
            }
            group.addTask {
                for seq in 0..<200 as Range<Int64> {
                    _ = try? await store.complete([RequestCompletion(seq: seq, outcome: refused, decidedAt: time(1))], now: time(1))
                }
            }
        }
        await #expect(throws: RequestStoreError.unknownSequence(999)) { for try await _ in store.watch(999) {} }
        await store.close()
    }
}
