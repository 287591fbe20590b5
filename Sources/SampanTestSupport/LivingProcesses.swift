internal import Dispatch
internal import Glibc
internal import Synchronization

/// The processes that this one has started and not yet seen end, so that none outlives it.
package final class LivingProcesses {
    private static let processes = Mutex<Set<Int32>>([])
    private let sources: [any DispatchSourceSignal]

    package static func add(_ process: Int32) { processes.withLock { _ = $0.insert(process) } }
    package static func remove(_ process: Int32) { processes.withLock { _ = $0.remove(process) } }

    /// While this lives, SIGTERM and SIGINT kill all of them and end this process with 128 + the signal's number. A region's folder
    /// is left.
    package init() {
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Held to the end: nothing may start in between.
                Self.processes.withLock { processes in
                    for process in processes { _ = Glibc.kill(process, SIGKILL) }
                    _exit(128 + number)
                }
            }
            source.resume()
            return source
        }
    }
}
