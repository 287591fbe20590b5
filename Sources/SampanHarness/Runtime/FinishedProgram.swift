internal import Foundation
internal import Glibc
internal import Synchronization

/// A program that was run to its end.
struct FinishedProgram: Sendable {
    /// The exit status; 128 and the signal's number for one that was killed.
    let status: Int32
    let output: String
    let errors: String

    /// Runs it; one that has not ended after `timeout` is killed, and what it has started with it dies if it was made to.
    static func run(_ program: String, _ arguments: [String], timeout: Duration? = nil) async throws -> FinishedProgram {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        // Into files: a pipe that nobody reads in time would hold the program back.
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (output, errors) = (directory.appendingPathComponent("output"), directory.appendingPathComponent("errors"))
        for file in [output, errors] { try Data().write(to: file) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus)
            continuation.finish()
        }
        try ManagedProcess.spawning.withLock { _ in try process.run() }
        let identifier = process.processIdentifier
        LivingProcesses.add(identifier)
        defer { LivingProcesses.remove(identifier) }
        let clock = timeout.map { timeout in
            Task {
                try await Task.sleep(for: timeout)
                kill(identifier, SIGKILL)
            }
        }
        defer { clock?.cancel() }
        // In a task of its own: a cancelled caller must not take a process for gone that is still there.
        let status = await Task {
            var status: Int32 = 0
            for await code in exit { status = code }
            return status
        }.value
        return FinishedProgram(
            status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// Returns what it printed on standard output; throws with the end of what it said when it fails.
    static func output(of program: String, _ arguments: [String], timeout: Duration? = nil) async throws -> String {
        let run = try await run(program, arguments, timeout: timeout)
        guard run.status == 0 else {
            let name = URL(fileURLWithPath: program).lastPathComponent
            let end = (run.output + run.errors).split(separator: "\n").suffix(3).joined(separator: " | ")
            throw HarnessError("\(name) \(arguments.first ?? "") ended with \(run.status): \(end)")
        }
        return run.output
    }
}
