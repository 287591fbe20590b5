import Foundation
import StoreTestSupport

/// A region as an admin founds it: `sampan authority init` in a folder, and `sampan serve` of its platform node as a process.
final class FoundedRegion {
    static let domain = "region.example"

    let directory: TemporaryDirectory
    private let platform: TalkingProcess
    private let place: String

    /// Of the first admin, who is in `admin`.
    var options: [String] { options("admin") }
    /// In the authority's own folder.
    var offline: [String] { ["--authority", file("authority"), "--passphrase-file", file("working.pass")] }

    func options(_ identity: String) -> [String] { place(of: identity) + ["--timeout", "5m"] }

    /// The same, for a command whose time is its own.
    func place(of identity: String) -> [String] { ["--platform", place, "--identity", file(identity)] }
    func file(_ name: String) -> String { directory.file(name) }

    /// Returns when the platform node takes calls.
    init() async throws {
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

            """
        try Self.write(configuration, to: directory.file("platform.yaml"))
        platform = try Self.serve(directory)
    }

    func stop() { platform.kill() }

    /// Given out by the kernel a moment ago, and not soon again.
    private static func freePlace() -> String { SilentPort().place }

    private static func serve(_ directory: TemporaryDirectory) throws -> TalkingProcess {
        let process = try TalkingProcess(
            "\(ProgramRun.programs)/sampan", ["serve", "--config", directory.file("platform.yaml"), "--log-level", "error"])
        while let line = process.line() {
            if line.hasPrefix("ready ") { return process }
        }
        throw RegionFault(description: "the platform node has not started")
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
