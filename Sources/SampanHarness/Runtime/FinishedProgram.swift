internal import Foundation
internal import Synchronization

/// A program that was run to its end.
enum FinishedProgram {
    /// Returns what it printed on standard output; throws with the end of its output when it fails.
    static func output(of program: String, _ arguments: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        // Into files: a pipe that nobody reads in time would hold the program back.
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appendingPathComponent("output")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        process.standardOutput = handle
        process.standardError = handle
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            continuation.yield($0.terminationStatus)
            continuation.finish()
        }
        try ManagedProcess.spawning.withLock { _ in try process.run() }
        let identifier = process.processIdentifier
        LivingProcesses.add(identifier)
        // In a task of its own: a cancelled caller must not take a process for gone that is still there.
        let status = await Task {
            var status: Int32?
            for await code in exit { status = code }
            return status
        }.value
        LivingProcesses.remove(identifier)
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        guard status == 0 else {
            let name = URL(fileURLWithPath: program).lastPathComponent
            throw HarnessError("\(name) \(arguments.first ?? "") failed: \(text.split(separator: "\n").suffix(3).joined(separator: " | "))")
        }
        return text
    }
}
