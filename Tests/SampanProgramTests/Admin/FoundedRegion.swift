import Foundation
import StoreTestSupport

/// A region as an admin founds it: `sampan authority init` in a folder, and `sampan serve` of its platform node as a process.
final class FoundedRegion {
    static let domain = "region.example"

    let directory: TemporaryDirectory
    private let platform: TalkingProcess
    /// Where the platform takes calls.
    let place: String

    /// Of the first admin, who is in `admin`.
    var options: [String] { options("admin") }
    /// In the authority's own folder.
    var offline: [String] { ["--authority", file("authority"), "--passphrase-file", file("working.pass")] }

    func options(_ identity: String) -> [String] { place(of: identity) + ["--timeout", "5m"] }

    /// The same, for a command whose time is its own.
    func place(of identity: String) -> [String] { ["--platform", place, "--identity", file(identity)] }
    func file(_ name: String) -> String { directory.file(name) }

    /// Returns when the platform node takes calls.
    /// - Parameter lines: further lines of its file.
    init(_ lines: String = "") async throws {
        directory = try TemporaryDirectory()
        for name in ["working", "root"] { try Self.write("\(UUID().uuidString) 密", to: directory.file("\(name).pass")) }
        let founded = try await ProgramRun.of([
            "authority", "init", "--folder", directory.file("authority"), "--trust-domain", Self.domain, "--organization", "示范卫生区",
            "--passphrase-file", directory.file("working.pass"), "--root-passphrase-file", directory.file("root.pass"),
            "--platform-folder", directory.file("platform"), "--admin-folder", directory.file("admin"), "--institution", "4699010000",
            "--dns", "localhost", "--ip", "127.0.0.1",
        ])
        guard founded.code == 0 else { throw RegionFault(description: founded.errors) }
        let (listen, enrollListen) = (Self.freePlace(), Self.freePlace())
        place = listen
        let configuration = """
            role: platform
            listen: \(listen)
            enroll-listen: \(enrollListen)
            trust-folder: platform
            authority:
              folder: authority
              passphrase-file: working.pass
              root-passphrase-file: root.pass
            \(lines)

            """
        try Self.write(configuration, to: directory.file("platform.yaml"))
        platform = try Self.serve(directory.file("platform.yaml"))
    }

    func stop() { platform.kill() }

    /// Given out by the kernel a moment ago, and not soon again.
    static func freePlace() -> String { SilentPort().place }

    /// A node with a certificate of its own, as a process; returns when it takes calls. `configuration`: what its file says beside role,
    /// trust and data.
    func node(_ uri: String, _ configuration: String) async throws -> TalkingProcess {
        let folder = uri.replacingOccurrences(of: "/", with: "-")
        try await enroll(uri, into: folder)
        let text = """
            role: \(uri.prefix { $0 != "/" })
            trust-domain: \(Self.domain)
            trust-folder: \(folder)
            platform: \(place)
            data: \(folder)-data
            \(configuration)

            """
        try Self.write(text, to: file("\(folder).yaml"))
        return try Self.serve(file("\(folder).yaml"))
    }

    /// A certificate with all that belongs to it, in a folder of the region's.
    func enroll(_ uri: String, into folder: String) async throws {
        let run = try await ProgramRun.of([
            "authority", "enroll", "--folder", file("authority"), "--identity-uri", uri, "--passphrase-file", file("working.pass"),
            "--into", file(folder),
        ])
        guard run.code == 0 else { throw RegionFault(description: run.errors) }
    }

    private static func serve(_ configuration: String) throws -> TalkingProcess {
        let process = try TalkingProcess(
            "\(ProgramRun.programs)/sampan", ["serve", "--config", configuration, "--log-level", "error"])
        while let line = process.line() {
            if line.hasPrefix("ready ") { return process }
        }
        throw RegionFault(description: "the node of \(configuration) has not started")
    }

    private static func write(_ text: String, to file: String) throws {
        guard FileManager.default.createFile(atPath: file, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw CocoaError(.fileWriteUnknown)
        }
    }
}

struct RegionFault: Error, CustomStringConvertible {
    let description: String
}
