internal import Foundation
internal import Glibc
internal import SampanProcess
internal import SampanTestSupport
internal import Synchronization

/// A program of the region that can be started, waited for, killed and started again. Safe from any task.
package final class ManagedProcess: Sendable {
    package let name: String
    private let program: String
    private let arguments: [String]
    private let logFile: String
    private let current = Mutex<ChildProcess?>(nil)
    /// The process that has said that it is ready.
    private let ready = Mutex<Int32?>(nil)

    /// Nothing is started yet. Standard error is appended to the log file.
    package init(name: String, program: String, arguments: [String], logFile: String) {
        self.name = name
        self.program = program
        self.arguments = arguments
        self.logFile = logFile
    }

    /// Starts the program and waits for its line `ready …` on standard output. Standard error goes to the log file.
    package func start() async throws {
        let (process, output) = try ChildProcess.withOutputPipe(program: program, arguments: arguments, errors: .file(logFile))
        LivingProcesses.add(process.number)
        current.withLock { $0 = process }
        guard await ChildProcess.line(of: output, startingWith: "ready") != nil else {
            await kill()
            let lines = (try? String(contentsOfFile: logFile, encoding: .utf8))?.split(separator: "\n") ?? []
            throw HarnessError("\(name) did not start: \(lines.suffix(3).joined(separator: " | "))")
        }
        ready.withLock { $0 = process.number }
    }

    /// Nil when it is not running.
    package var processID: Int32? { current.withLock { $0.flatMap { $0.isRunning ? $0.number : nil } } }

    /// The same of one that takes signals as events already; one that is only starting may die of them.
    package var readyProcessID: Int32? { processID.flatMap { number in ready.withLock { $0 == number ? number : nil } } }

    /// SIGKILL; returns when the process has gone.
    package func kill() async { await end(SIGKILL) }

    /// SIGTERM; returns, with the exit code, when the process has drained and gone. Nil when it was not running.
    @discardableResult
    package func stop() async -> Int32? { await end(SIGTERM) }

    @discardableResult
    private func end(_ signal: Int32) async -> Int32? {
        let running = current.withLock { current -> ChildProcess? in
            defer { current = nil }
            return current
        }
        guard let running else { return nil }
        running.signal(signal)
        let status = await running.waitForEnd()
        LivingProcesses.remove(running.number)
        return status
    }
}
