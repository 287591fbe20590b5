internal import Foundation
internal import SampanTestSupport

extension FinishedProgram {
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
