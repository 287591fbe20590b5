internal import Foundation
package import Testing

/// Of tests that compute for seconds, or wait for other processes: each runs on threads of its own.
///
/// The pool of tasks has as many threads as there are processors. Two such tests on two processors, and no task of any other test went on
/// meanwhile: deadlines of ten seconds passed by the dozen, and the tests of something else failed.
package struct BlockingTrait: TestTrait, SuiteTrait, TestScoping {
    package var isRecursive: Bool { true }

    @concurrent package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(OwnThreads()) { try await function() }
    }
}

extension Trait where Self == BlockingTrait {
    /// See `BlockingTrait`.
    package static var blocking: Self { Self() }
}

/// Gives every job a thread.
private final class OwnThreads: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = self
        Thread.detachNewThread { unsafe job.runSynchronously(on: executor.asUnownedTaskExecutor()) }
    }
}
