import ArgumentParser
import Foundation
import SampanMesh

/// The audit log that a command was given: the file, or the data folder that it lies in.
struct AuditFile: ParsableArguments {
    @Argument(help: "The log, or the data folder of its node.")
    var path: String

    /// Path of the file itself.
    var file: String {
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        return type == .typeDirectory ? "\(path)/\(AuditArchive.fileName)" : path
    }

    /// Opens it; what stands in the way is told on standard error and ends the command with 1.
    func open() throws -> AuditArchive {
        do {
            return try AuditArchive(path: file)
        } catch {
            StandardError.line("Error: \(error)")
            throw ExitCode(1)
        }
    }
}
