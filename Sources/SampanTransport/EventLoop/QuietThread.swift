internal import Glibc
internal import Synchronization

/// Runs arithmetic that may wait where it does not delay loops that are busy with calls: on a thread of its own, which does nothing else.
/// What comes of it is handed on by a thread of ordinary priority: whoever wakes a task may make threads for it, and threads inherit how
/// the kernel treats the one that made them.
package enum QuietThread {
    /// A tenth of a core's time where everybody else wants all of it, and all of it where nobody does (sched(7), nice(2)).
    ///
    /// Not SCHED_IDLE, which leaves a thread 0.3 %: it would be kept off its core in the middle of anything, also with a lock of the
    /// allocator or of OpenSSL in its hand, and for seconds every loop that wants the lock would wait for it (handshakes were seen to).
    private static let niceness: Int32 = 10

    /// Returns what `body` returns, when it has. From any task. For some milliseconds of work, such as a handshake that a node tries on
    /// itself.
    package static func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            do throws(SocketError) {
                try LoopThread.start(name: "sampan-handover") { continuation.resume(returning: outcome(of: body)) }
            } catch {
                continuation.resume(returning: Result(catching: body))
            }
        }
        return try result.get()
    }

    /// The same, and blocks: not on an event loop. For a fraction of a second of work, such as deriving a key from a passphrase.
    package static func runBlocking<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value { try outcome(of: body).get() }

    private static func outcome<Value: Sendable, Failure: Error>(
        of body: @escaping @Sendable () throws(Failure) -> Value
    ) -> Result<Value, Failure> {
        let outcome = Outcome<Value, Failure>()
        do throws(SocketError) {
            // To its end: a process that ends with what came of the work must not find the thread among its ruins.
            try LoopThread.run(name: "sampan-quiet") {
                // Of the calling thread alone on Linux; where it is refused the work is only less quiet.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
                let result = Result(catching: body)
                outcome.result.withLock { $0 = result }
            }
        } catch {
            // Without a thread the work is done here, and only less quiet.
            return Result(catching: body)
        }
        return outcome.result.withLock { $0 } ?? Result(catching: body)
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
        let result = Mutex<Result<Value, Failure>?>(nil)
    }
}
