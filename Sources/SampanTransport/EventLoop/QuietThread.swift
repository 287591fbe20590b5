internal import CLinux
internal import Glibc
internal import Synchronization

/// Runs arithmetic that may wait where it does not delay loops that are busy with calls: on a thread of its own.
package enum QuietThread {
    /// As sched.h has it, under _GNU_SOURCE only.
    private static let idlePolicy: Int32 = 5
    /// 10: a tenth of a core's time where everybody else wants all of it, and all of it where nobody does.
    private static let niceness: Int32 = 10

    /// Returns what `body` returns, when it has. From any task. For some milliseconds of work, such as a handshake that a node tries on
    /// itself: the kernel gives it what is left of a core's time, 0.3 % where nothing is, and takes the core back at once when a loop
    /// wakes up (SCHED_IDLE, sched(7)). A thread that is only nice keeps a loop waiting to the end of its slice, 3 ms.
    package static func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            start(isIdle: true) { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    /// The same, and blocks: not on an event loop. For a fraction of a second of work, such as deriving a key from a passphrase, which
    /// would not end on a busy machine if it had only what is left: it is nice.
    package static func runBlocking<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let bell = eventfd(0, Int32(EFD_CLOEXEC))
        guard bell >= 0 else { return try body() }
        defer { close(bell) }
        let outcome = Outcome<Value, Failure>()
        start(isIdle: false) {
            let result = Result(catching: body)
            outcome.result.withLock { $0 = result }
            var one: UInt64 = 1
            _ = unsafe write(bell, &one, 8)
        }
        while true {
            var count: UInt64 = 0
            _ = unsafe read(bell, &count, 8)
            if let result = outcome.result.withLock({ $0 }) { return try result.get() }
        }
    }

    /// Where no thread is to be had the work is done here, and only less quiet.
    private static func start(isIdle: Bool, _ body: @escaping @Sendable () -> Void) {
        do throws(SocketError) {
            try LoopThread.start(name: "sampan-quiet") {
                // Both are of the calling thread alone on Linux; where they are refused the work is only less quiet.
                if isIdle {
                    var parameter = sched_param(sched_priority: 0)
                    _ = unsafe sched_setscheduler(0, idlePolicy, &parameter)
                } else {
                    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
                }
                body()
            }
        } catch {
            body()
        }
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
        let result = Mutex<Result<Value, Failure>?>(nil)
    }
}
