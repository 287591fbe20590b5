import Foundation
import SampanTestSupport
import StoreTestSupport

extension FinishedProgram {
    /// Runs `program` with its temporary files in `scratch`.
    static func run(_ program: String, _ arguments: [String], scratch: TemporaryDirectory) async throws -> FinishedProgram {
        try await run(
            program, arguments, environment: ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 })
    }
}
