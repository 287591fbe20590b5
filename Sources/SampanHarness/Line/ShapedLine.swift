internal import Foundation
internal import Synchronization

/// Runs two programs with `shaped-link` between them.
struct ShapedLine: Sendable {
    /// Of packets, each way.
    var megabitsPerSecond = 100
    /// Each way: half of a round trip.
    var delayMilliseconds = 25
    /// Packets that wait before the line; more are dropped. 500 of 1,500 bytes: 60 ms, about one round trip, as routers have it.
    var queuePackets = 500
    /// Bytes of one TCP connection instead of packets.
    let isLoopback: Bool
    let program: String

    init(programs: String, isLoopback: Bool) {
        program = "\(programs)/shaped-link"
        self.isLoopback = isLoopback
    }

    /// Whether this system lets us make network namespaces.
    static func hasNamespaces(programs: String) async throws -> Bool {
        let (code, _) = try await run("\(programs)/shaped-link", ["--check"], timeout: 10)
        return code == 0
    }

    /// What `near` prints; throws when it fails, or does not end within `timeout` seconds.
    func run(far: [String], near: [String], timeout: Double) async throws -> String {
        let shape = ["\(megabitsPerSecond)", "\(delayMilliseconds)", "\(queuePackets)"]
        let (code, output) = try await Self.run(
            program, (isLoopback ? ["--loopback"] : []) + shape + ["--"] + far + ["--"] + near, timeout: timeout)
        guard code == 0 else { throw HarnessError("\(near.joined(separator: " ")) ended with \(code)") }
        return output
    }

    private static func run(_ program: String, _ arguments: [String], timeout: Double) async throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try ManagedProcess.spawning.withLock { _ in try process.run() }
        let id = process.processIdentifier
        LivingProcesses.add(id)
        defer { LivingProcesses.remove(id) }
        let clock = Task {
            try await Task.sleep(for: .seconds(timeout))
            // Its own children die with it.
            kill(id, SIGKILL)
        }
        defer { clock.cancel() }
        return await Self.end(of: process, output.fileHandleForReading)
    }

    /// Waits on a thread of its own: a task's may not block.
    private static func end(of process: Process, _ output: FileHandle) async -> (Int32, String) {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                let bytes = (try? output.readToEnd()) ?? Data()
                process.waitUntilExit()
                let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
                continuation.resume(returning: (code, String(decoding: bytes, as: UTF8.self)))
            }
        }
    }
}
