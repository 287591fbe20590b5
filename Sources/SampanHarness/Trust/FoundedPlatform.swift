internal import Foundation
internal import SampanTestSupport

/// A region's platform node as an admin founds it: an authority in a folder of its own, the node that hosts it, and a first admin.
struct FoundedPlatform: Sendable {
    let directory: String
    /// Folder of the built programs.
    let programs: String
    let trustDomain: String
    let port: UInt16
    let enrollPort: UInt16

    static let institution = "4699010000"

    /// Makes the folder with everything in it: `authority`, `platform`, `admin`, `platform.yaml`.
    /// - Parameters:
    ///   - lines: further lines of the file's `authority`.
    ///   - sections: further sections of the file.
    /// - Returns: the node's process, which is not started yet.
    func found(authority lines: [String] = [], sections: String = "") async throws -> ManagedProcess {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["working", "root"] {
            let file = "\(directory)/\(name).pass"
            guard
                FileManager.default.createFile(
                    atPath: file, contents: Data("\(UUID().uuidString)\n".utf8), attributes: [.posixPermissions: 0o600])
            else { throw HarnessError("\(file) cannot be written") }
        }
        _ = try await FinishedProgram.output(
            of: "\(programs)/sampan",
            [
                "authority", "init", "--folder", "\(directory)/authority", "--trust-domain", trustDomain, "--organization", "示范卫生区",
                "--passphrase-file", "\(directory)/working.pass", "--root-passphrase-file", "\(directory)/root.pass",
                "--platform-folder", "\(directory)/platform", "--admin-folder", "\(directory)/admin", "--institution", Self.institution,
                "--dns", "localhost", "--ip", "127.0.0.1",
            ], timeout: .seconds(60))
        let file = """
            role: platform
            listen: 127.0.0.1:\(port)
            enroll-listen: 127.0.0.1:\(enrollPort)
            trust-folder: platform
            authority:
              folder: authority
              passphrase-file: working.pass
              root-passphrase-file: root.pass
            \(lines.map { "  \($0)" }.joined(separator: "\n"))
            \(sections)
            """
        try Data(file.utf8).write(to: URL(fileURLWithPath: "\(directory)/platform.yaml"))
        return ManagedProcess(
            name: "platform", program: "\(programs)/sampan", arguments: ["serve", "--config", "\(directory)/platform.yaml"],
            logFile: "\(directory)/platform.log")
    }

    /// Fills a folder with a certificate for `name` (role/institution/node) and all that belongs to it, on the authority's own machine.
    func enroll(_ name: String, into folder: String) async throws {
        _ = try await FinishedProgram.output(
            of: "\(programs)/sampan",
            [
                "authority", "enroll", "--folder", "\(directory)/authority", "--passphrase-file", "\(directory)/working.pass",
                "--identity-uri", name, "--into", folder, "--dns", "localhost", "--ip", "127.0.0.1",
            ], timeout: .seconds(60))
    }
}
