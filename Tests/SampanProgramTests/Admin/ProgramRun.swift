import Foundation
import SampanTestSupport

/// One run of `sampan` as a process of its own: what it printed, and how it ended.
struct ProgramRun: Sendable {
    let code: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }

    /// Runs the program with an empty standard input and a clean environment; returns when it has ended.
    static func of(_ arguments: [String], environment: [String: String] = [:]) async throws -> ProgramRun {
        let run = try await FinishedProgram.run(
            "\(programs)/sampan", arguments,
            environment: ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"].merging(environment) { $1 })
        return ProgramRun(code: run.status, output: run.output, errors: run.errors)
    }

    /// `Scripts/test` names the folder; beside the test bundle otherwise.
    static var programs: String { ProcessInfo.processInfo.environment["SAMPAN_PROGRAMS"] ?? ".build/debug" }
}
