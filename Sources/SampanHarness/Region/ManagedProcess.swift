internal import Foundation
internal import Glibc
internal import SampanFerry
package import Synchronization

/// A program of the region that can be started, waited for, killed and started again. Safe from any task.
package final class ManagedProcess: Sendable {
    package let name: String
    private let program: String
    private let arguments: [String]
    private let logFile: String
    private let current = Mutex<Running?>(nil)

    /// Sendable: only `terminate`, `isRunning` and `processIdentifier` are used after the start; Foundation locks them.
    private struct Running: @unchecked Sendable {
        let process: Process
        let exit: AsyncStream<Int32>
    }

    /// Held while a process is started: Foundation was seen to crash in `Process.run` when several threads were in it at once.
    package static let spawning = Mutex(())

    /// Nothing is started yet. Standard error is appended to the log file.
    package init(name: String, program: String, arguments: [String], logFile: String) {
        self.name = name
        self.program = program
        self.arguments = arguments
        self.logFile = logFile
    }

    /// Starts the program and waits for its line `ready …` on standard output. Standard error goes to the log file.
    package func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        if !FileManager.default.fileExists(atPath: logFile) { try Data().write(to: URL(fileURLWithPath: logFile)) }
        let log = try FileHandle(forUpdating: URL(fileURLWithPath: logFile))
        try log.seekToEnd()
        process.standardError = log
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            continuation.yield($0.terminationStatus)
            continuation.finish()
        }
        try Self.spawning.withLock { _ in try process.run() }
        LivingProcesses.add(process.processIdentifier)
        current.withLock { $0 = Running(process: process, exit: exit) }
        guard await Self.readyLine(output) else {
            await kill()
            let lines = (try? String(contentsOfFile: logFile, encoding: .utf8))?.split(separator: "\n") ?? []
            throw HarnessError("\(name) did not start: \(lines.suffix(3).joined(separator: " | "))")
        }
    }

    /// Nil when it is not running.
    package var processID: Int32? {
        current.withLock { $0.flatMap { $0.process.isRunning ? $0.process.processIdentifier : nil } }
    }

    /// SIGKILL; returns when the process has gone.
    package func kill() async {
        await end { kill9($0) }
    }

    /// SIGTERM; returns, with the exit code, when the process has drained and gone. Nil when it was not running.
    @discardableResult
    package func stop() async -> Int32? {
        await end { terminate($0) }
    }

    @discardableResult
    private func end(_ signal: (Int32) -> Void) async -> Int32? {
        let running = current.withLock { current -> Running? in
            defer { current = nil }
            return current
        }
        guard let running else { return nil }
        if running.process.isRunning { signal(running.process.processIdentifier) }
        // In a task of its own: a cancelled caller must not take a process for gone that is still there.
        return await Task {
            var status: Int32?
            for await code in running.exit { status = code }
            LivingProcesses.remove(running.process.processIdentifier)
            return status
        }.value
    }

    private static func readyLine(_ output: Pipe) async -> Bool {
        let (lines, continuation) = AsyncStream.makeStream(of: Bool.self)
        let handle = output.fileHandleForReading
        Thread.detachNewThread {
            var text: [UInt8] = []
            while let data = try? handle.read(upToCount: 1), let byte = data.first {
                if byte == UInt8(ascii: "\n") {
                    if text.starts(with: Array("ready".utf8)) { continuation.yield(true) }
                    text = []
                } else {
                    text.append(byte)
                }
            }
            continuation.finish()
        }
        // In a task of its own: a cancelled caller must not take a process for dead that is about to be ready.
        return await Task {
            for await isReady in lines { return isReady }
            return false
        }.value
    }
}

private func kill9(_ process: Int32) { Glibc.kill(process, SIGKILL) }
private func terminate(_ process: Int32) { Glibc.kill(process, SIGTERM) }
