internal import Glibc
internal import Synchronization

/// Runs arithmetic that may wait where it does not delay loops that are busy with calls: on a thread of its own, which does nothing else.
/// What comes of it is handed on by a thread of ordinary priority: whoever wakes a task may make threads for it, and threads inherit how
/// the kernel treats the one that made them.
package enum QuietThread {
    /// How little the kernel is to give to a thread.
    private enum Quietness {
        /// What is left of a core's time, 0.3 % where nothing is; and a loop that wakes up takes the core at once (SCHED_IDLE, sched(7)).
        /// A thread that is only nice keeps it waiting to the end of its slice, 3 ms.
        case idle
        /// A tenth of a core's time where everybody else wants all of it, and all of it where nobody does (niceness 10).
        case nice
    }

    /// As sched.h has it, under _GNU_SOURCE only.
    private static let idlePolicy: Int32 = 5
    private static let niceness: Int32 = 10

    /// Returns what `body` returns, when it has. From any task. For some milliseconds of work, such as a handshake that a node tries on
    /// itself: it gets what is left.
    package static func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            do throws(SocketError) {
                try LoopThread.start(name: "sampan-handover") { continuation.resume(returning: outcome(of: body, .idle)) }
            } catch {
                continuation.resume(returning: Result(catching: body))
            }
        }
        return try result.get()
    }

    /// The same, and blocks: not on an event loop. For a fraction of a second of work, such as deriving a key from a passphrase, which
    /// would not end on a busy machine if it had only what is left: it is nice.
    package static func runBlocking<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value { try outcome(of: body, .nice).get() }

    private static func outcome<Value: Sendable, Failure: Error>(
        of body: @escaping @Sendable () throws(Failure) -> Value, _ quietness: Quietness
    ) -> Result<Value, Failure> {
        let outcome = Outcome<Value, Failure>()
        do throws(SocketError) {
            // To its end: a process that ends with what came of the work must not find the thread among its ruins.
            try LoopThread.run(name: "sampan-quiet") {
                settle(quietness)
                let result = Result(catching: body)
                outcome.result.withLock { $0 = result }
            }
        } catch {
            // Without a thread the work is done here, and only less quiet.
            return Result(catching: body)
        }
        return outcome.result.withLock { $0 } ?? Result(catching: body)
    }

    /// Both are of the calling thread alone on Linux; where they are refused the work is only less quiet.
    private static func settle(_ quietness: Quietness) {
        switch quietness {
        case .idle:
            var parameter = sched_param(sched_priority: 0)
            _ = unsafe sched_setscheduler(0, idlePolicy, &parameter)
        case .nice: _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
        }
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
        let result = Mutex<Result<Value, Failure>?>(nil)
    }
}
