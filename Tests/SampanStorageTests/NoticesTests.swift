import Synchronization
import Testing

@testable import SampanStorage

struct Step: Versioned, Equatable {
    let version: Int64
    var isFinal: Bool { version == 3 }
}

@Suite("Notices")
struct NoticesTests {
    @Test("a change between the read and the wait is not lost, and none is seen twice")
    func noLostWakeUp() async {
        let notices = Notices<Int, Step>()
        let seen = await collect(notices.watch(1) { () async throws(StorageError) in
            // Subscribed, and not read yet: what is published here has to arrive.
            notices.publish(Step(version: 1), for: 1)
            notices.publish(Step(version: 2), for: 1)
            notices.publish(Step(version: 3), for: 1)
            return Step(version: 1)
        })
        #expect(seen == [1, 2, 3])
        #expect(notices.watcherCount == 0)
    }

    @Test("thousands of watchers with a racing publisher end with the final state", arguments: 0..<4)
    func many(round: Int) async {
        let notices = Notices<Int, Step>()
        let state = Latest()
        await withTaskGroup(of: Void.self) { group in
            for key in 0..<2_000 {
                group.addTask {
                    let seen = await collect(notices.watch(key) { () async throws(StorageError) in state.step(key) })
                    #expect(seen.last == 3)
                    #expect(seen == seen.sorted() && Set(seen).count == seen.count)
                }
                group.addTask {
                    for version in 1...3 as ClosedRange<Int64> {
                        state.set(key, Step(version: version))
                        notices.publish(Step(version: version), for: key)
                        await Task.yield()
                    }
                }
            }
        }
        #expect(notices.watcherCount == 0)
    }

    @Test("cancelling ends a watch and forgets it")
    func cancel() async {
        let notices = Notices<Int, Step>()
        let task = Task { await collect(notices.watch(1) { () async throws(StorageError) in Step(version: 0) }) }
        while notices.watcherCount == 0 { await Task.yield() }
        task.cancel()
        #expect(await task.value.count <= 1)
        #expect(notices.watcherCount == 0)
    }

    @Test("a store that fails ends the watch with its error")
    func failure() async {
        let notices = Notices<Int, Step>()
        let iterator = notices.watch(1) { () async throws(TestFailure) in throw TestFailure.refused(1) }.makeAsyncIterator()
        await #expect(throws: TestFailure.refused(1)) { try await iterator.next() }
        #expect(notices.watcherCount == 0)
    }
}

private func collect<Failure: Error>(_ watch: Watch<Int, Step, Failure>) async -> [Int64] {
    var seen: [Int64] = []
    do {
        for try await step in watch { seen.append(step.version) }
    } catch {
        Issue.record("\(error)")
    }
    return seen
}

private final class Latest: Sendable {
    private let steps = Mutex<[Int: Step]>([:])
    func step(_ key: Int) -> Step { steps.withLock { $0[key] ?? Step(version: 0) } }
    func set(_ key: Int, _ step: Step) { steps.withLock { $0[key] = step } }
}
