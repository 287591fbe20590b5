import ArgumentParser
import Foundation
import SampanCompression
import SampanIdentity

/// Reads a CSV file of registrations, plain or gzip.
enum ResidentFile {
    /// A region's registrations: 40 million rows.
    private static let byteLimit = 8 << 30

    /// Ends the command with 65 or 66 when the file is not what it should be.
    static func read(_ path: String, lanes: Int) async throws -> ResidentTable {
        guard let data = FileManager.default.contents(atPath: path) else {
            StandardError.line("Error: \(CertificateDescription.printable(path)): missing, or cannot be read")
            throw ExitCode(66)
        }
        var bytes = [UInt8](data)
        do {
            if bytes.starts(with: [0x1F, 0x8B]) { bytes = try Gzip.inflate(bytes, limit: byteLimit) }
            return try await ResidentTable(bytes, lanes: lanes)
        } catch let failure as ResidentTable.Failure {
            StandardError.line("Error: \(CertificateDescription.printable(path)): \(failure.problem)")
        } catch {
            StandardError.line("Error: \(CertificateDescription.printable(path)): damaged gzip data")
        }
        throw ExitCode(65)
    }
}
