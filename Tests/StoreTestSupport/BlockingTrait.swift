internal import Foundation
internal import Synchronization
package import Testing

/// Of tests that compute for seconds, or wait for other processes: each runs on threads of its own, and few of them at a time.
///
/// The pool of tasks has as many threads as there are processors. Two such tests on two processors, and no task of any other test went on
/// meanwhile: deadlines of ten seconds passed by the dozen, and the tests of something else failed. On threads of their own, but all at
/// once, they took the processors from the pool as well: for 17 s no test ended.
package struct BlockingTrait: TestTrait, SuiteTrait, TestScoping {
    package var isRecursive: Bool { true }

    @TaskLocal private static var hasPlace = false
    private static let places = Places(6)

    @concurrent package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        // Both a suite and a test of it may have the trait.
        if Self.hasPlace { return try await function() }
        await Self.places.take()
        defer { Self.places.giveBack() }
        try await Self.$hasPlace.withValue(true) {
            try await withTaskExecutorPreference(OwnThreads()) { try await function() }
        }
    }
}

extension Trait where Self == BlockingTrait {
    /// See `BlockingTrait`.
    package static var blocking: Self { Self() }
}

/// Lets so many in at a time, in the order in which they came.
private final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isIn = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isIn { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

/// Gives every job a thread.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = self
        Thread.detachNewThread { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
    }
}
