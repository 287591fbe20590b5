import ArgumentParser
import Foundation
import SampanCrypto
import SampanMesh
import SampanRPC

struct CertsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ls",
        abstract: "List the certificates of files and folders, those that end first at the top.",
        discussion: """
            Of each .pem file the first certificate is shown: whom it names, how long it still lives, and whether it is time to renew.

            Examples:
              sampan certs ls out/certs
              sampan certs ls /etc/sampan/*.pem --json

            Exit code: 0, 1 when one cannot be read (the others are listed all the same), 64 wrong usage.
            """)

    @Argument(help: "PEM files, or folders of them.")
    var paths: [String]
    @Flag(help: "Print a JSON array, one object a file.")
    var json = false

    private struct Row: Codable {
        let file: String
        /// `role institution/node`, or the name of an authority; nil for a file that cannot be read.
        let name: String?
        let issuer: String?
        /// ISO 8601, UTC.
        let notAfter: String?
        let daysLeft: Int64?
        /// `ok`, `renew`, `expired`, `not yet valid` or `unreadable`.
        let state: String
        /// Why it cannot be read; nil for one that can.
        var problem: String?
    }

    func run() throws {
        let now = Int64(Date().timeIntervalSince1970)
        let rows = try files().map { Self.row($0, now) }.sorted { ($0.daysLeft ?? .min, $0.file) < ($1.daysLeft ?? .min, $1.file) }
        if json {
            print(try JSONText.of(rows))
        } else {
            print(Self.table(rows))
        }
        for row in rows { if let problem = row.problem { StandardError.line("Error: \(problem)") } }
        if rows.contains(where: { $0.problem != nil }) { throw ExitCode(1) }
    }

    private static func table(_ rows: [Row]) -> String {
        let cells = rows.map { [$0.daysLeft.map { "\($0) d" } ?? "-", $0.state, $0.name ?? "-", $0.file] }
        return TextTable(["left", "state", "name", "file"], cells.map { $0.map(CertificateDescription.printable) }).text
    }

    private func files() throws -> [String] {
        try paths.flatMap { path -> [String] in
            let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard type == .typeDirectory else { return [path] }
            return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".pem") }.sorted().map {
                "\(path)/\($0)"
            }
        }
    }

    private static func unreadable(_ file: String, _ problem: String) -> Row {
        Row(file: file, name: nil, issuer: nil, notAfter: nil, daysLeft: nil, state: "unreadable", problem: problem)
    }

    private static func row(_ file: String, _ now: Int64) -> Row {
        let certificates: [Certificate]
        do { certificates = try CredentialFile.certificates(file) } catch {
            return unreadable(file, error.detail)
        }
        guard let first = certificates.first, let validity = first.validity else {
            return unreadable(file, "its dates cannot be read")
        }
        let identity = (first.alternativeNames?.uris.first).flatMap { try? PeerIdentity(uri: $0) }
        let name = identity.map { "\($0.role.rawValue) \($0.institution)/\($0.node)" } ?? first.subject.commonName
        let state =
            now > validity.notAfter
            ? "expired" : now < validity.notBefore ? "not yet valid" : validity.isRenewalDue(at: now) && !first.isAuthority ? "renew" : "ok"
        return Row(
            file: file, name: name, issuer: first.issuer.commonName,
            notAfter: Date(timeIntervalSince1970: TimeInterval(validity.notAfter)).formatted(.iso8601),
            // Rounded down: what ends in an hour has no day left.
            daysLeft: Int64((Double(validity.notAfter - now) / 86_400).rounded(.down)), state: state)
    }
}
