import Foundation
import SampanHarness
import StoreTestSupport
import Synchronization

/// What a program came to that was run to its end.
struct FinishedProgram {
    let exitCode: Int32
    let output: String
    let errors: String

    /// Runs `program` with its temporary files in `scratch`, without a terminal or input.
    static func run(_ program: String, _ arguments: [String], scratch: TemporaryDirectory) async throws -> FinishedProgram {
        let (out, err) = (scratch.file("out-\(UUID())"), scratch.file("err-\(UUID())"))
        for file in [out, err] { try Data().write(to: URL(fileURLWithPath: file)) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        let (end, ended) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            ended.yield($0.terminationStatus)
            ended.finish()
        }
        try ManagedProcess.spawning.withLock { _ in try process.run() }
        var code: Int32 = -1
        for await status in end { code = status }
        defer { for file in [out, err] { try? FileManager.default.removeItem(atPath: file) } }
        return FinishedProgram(
            exitCode: code, output: try String(contentsOfFile: out, encoding: .utf8),
            errors: try String(contentsOfFile: err, encoding: .utf8))
    }
}
