import ArgumentParser
import Foundation
import SampanMesh
import SampanServices

/// The secret of a patient index in a file of its own.
enum SecretFile {
    /// Reads it; makes it (0600) when it is missing. Ends the command when others may read it.
    static func read(_ path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else {
            let secret = try PatientIndexFile.makeSecret()
            do {
                try WholeFile.write(secret, to: path, mode: 0o600, overwrite: false)
            } catch {
                StandardError.line("Error: \(CertificateDescription.printable(path)): cannot be written")
                throw ExitCode(73)
            }
            return secret
        }
        let mode = (try? FileManager.default.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber
        guard let mode, mode.intValue & 0o077 == 0, let data = FileManager.default.contents(atPath: path), data.count == 32 else {
            StandardError.line("Error: \(CertificateDescription.printable(path)): not 32 bytes that only its owner may read (chmod 600)")
            throw ExitCode(66)
        }
        return [UInt8](data)
    }
}
