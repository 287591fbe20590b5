import ArgumentParser
import Foundation
import SampanClinicalDocument
import SampanCrypto

/// A document that a command was given: its bytes, their hash, and what was read of them.
struct DocumentFile {
    /// Larger files are refused before they are read.
    static let maximumBytes = 16 << 20

    let bytes: [UInt8]
    let hash: [UInt8]
    let document: ClinicalDocument

    /// Tells what is wrong and ends the command: 66 the file is missing or cannot be read, 65 it is no document that is taken.
    init(_ path: String) throws {
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            data = try handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
        } catch {
            StandardError.line("Error: \(CertificateDescription.printable(path)) is missing or cannot be read")
            throw ExitCode(66)
        }
        guard data.count <= Self.maximumBytes else {
            StandardError.line("Error: LIMIT: more than \(Self.maximumBytes) bytes")
            throw ExitCode(65)
        }
        bytes = Array(data)
        hash = try SHA256.hash(bytes)
        do throws(DocumentError) {
            document = try ClinicalDocumentReader().read(bytes)
        } catch {
            StandardError.line("Error: \(error.code): \(CertificateDescription.printable(error.description))")
            throw ExitCode(65)
        }
    }
}
