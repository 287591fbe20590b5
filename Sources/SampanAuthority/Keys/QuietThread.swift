internal import Foundation
internal import Glibc
internal import Synchronization

/// Runs arithmetic that may wait on a thread of low priority: deriving a key from a passphrase takes a fifth of a second of a core, and the
/// platform answers calls meanwhile.
enum QuietThread {
    /// 10: a tenth of a core's time where everybody else wants all of it, and all of it where nobody does.
    private static let niceness: Int32 = 10

    /// Returns what `body` returns, when it has. Blocks: not on an event loop.
    static func run<Value: Sendable, Failure: Error>(_ body: @escaping @Sendable () throws(Failure) -> Value) throws(Failure) -> Value {
        let outcome = Outcome<Value, Failure>()
        Thread.detachNewThread {
            // On Linux of the calling thread alone (setpriority(2)); where it is refused the work is only less quiet.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
            do throws(Failure) { outcome.set(.success(try body())) } catch { outcome.set(.failure(error)) }
        }
        return try outcome.wait().get()
    }

    private final class Outcome<Value: Sendable, Failure: Error>: Sendable {
        private let result = Mutex<Result<Value, Failure>?>(nil)
        private let condition = NSCondition()

        func set(_ value: Result<Value, Failure>) {
            condition.lock()
            result.withLock { $0 = value }
            condition.signal()
            condition.unlock()
        }

        func wait() -> Result<Value, Failure> {
            condition.lock()
            defer { condition.unlock() }
            while true {
                if let value = result.withLock({ $0 }) { return value }
                condition.wait()
            }
        }
    }
}
