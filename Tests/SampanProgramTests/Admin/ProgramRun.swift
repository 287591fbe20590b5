import Foundation
import StoreTestSupport

/// One run of `sampan` as a process of its own: what it printed, and how it ended.
struct ProgramRun: Sendable {
    let code: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Runs the program with an empty standard input and a clean environment; returns when it has ended.
    static func of(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProgramRun {
        let directory = try TemporaryDirectory()
        let (out, err) = (directory.file("out"), directory.file("err"))
        for file in [out, err] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        let process = Process()
        process.executableURL = URL(filePath: "\(programs)/sampan")
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        let code: Int32 = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return ProgramRun(
            code: code, output: try String(contentsOfFile: out, encoding: .utf8), errors: try String(contentsOfFile: err, encoding: .utf8))
    }

    /// `Scripts/test` names the folder; beside the test bundle otherwise.
    static var programs: String { ProcessInfo.processInfo.environment["SAMPAN_PROGRAMS"] ?? ".build/debug" }
}
