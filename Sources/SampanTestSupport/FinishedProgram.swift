internal import Foundation
internal import Glibc
internal import SampanProcess

/// A program that was run to its end.
package struct FinishedProgram: Sendable {
    /// The exit status; 128 and the signal's number for one that was killed.
    package let status: Int32
    package let output: String
    package let errors: String

    /// Runs it with an empty standard input; one that has not ended after `timeout` is killed, and what it has started with it dies if it
    /// was made to.
    /// - Parameter environment: all of it; nil for this process's own.
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil, timeout: Duration? = nil
    ) async throws -> FinishedProgram {
        // Into files: a pipe that nobody reads in time would hold the program back.
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (output, errors) = (directory.appendingPathComponent("output"), directory.appendingPathComponent("errors"))
        let process = try ChildProcess(
            program: program, arguments: arguments, environment: environment, output: .file(output.path), errors: .file(errors.path))
        LivingProcesses.add(process.number)
        defer { LivingProcesses.remove(process.number) }
        let clock = timeout.map { timeout in
            Task {
                try await Task.sleep(for: timeout)
                process.signal(SIGKILL)
            }
        }
        defer { clock?.cancel() }
        let status = await process.waitForEnd()
        return FinishedProgram(status: status, output: try text(output), errors: try text(errors))
    }

    private static func text(_ file: URL) throws -> String { String(decoding: try Data(contentsOf: file), as: UTF8.self) }
}
