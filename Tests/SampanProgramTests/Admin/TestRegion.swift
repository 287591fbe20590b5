import Foundation
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport

/// A trust domain on the disk with one served node, over mutual TLS, and an admin's trust folder.
final class TestRegion: Sendable {
    static let domain = "region.example"

    let directory: TemporaryDirectory
    private let authority: DevelopmentAuthority
    let group: EventLoopGroup
    private let server: GRPCServer
    let address: SocketAddress

    /// The admin's trust folder.
    var identity: String { directory.file("admin") }
    var place: String { "127.0.0.1:\(address.port)" }
    /// What every command of the admin ends with.
    /// The time to wait is that of a machine with much else to do.
    var options: [String] { ["--platform", place, "--identity", identity, "--timeout", "5m"] }

    /// Serves `services` as `platform/health/p-1`.
    init(
        _ services: [any RPCService], interceptors: [any CallInterceptor] = [], configuration: ServerConfiguration = ServerConfiguration()
    ) async throws {
        directory = try TemporaryDirectory()
        let now = Int64(Date().timeIntervalSince1970)
        authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: Self.domain, organization: "某市卫生健康委员会", days: 60, now: now)
        let files = try Self.issue(authority, .platform, "p-1", now)
        let credentials = try NodeCredentials(
            certificateFile: files.certificate, keyFile: files.key, trustFile: directory.file("ca/trust.pem"), trustDomain: Self.domain)
        group = try EventLoopGroup(count: 1)
        server = try GRPCServer(
            group: group, services: services, interceptors: interceptors, configuration: configuration, credentials: credentials)
        guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { throw CancellationError() }
        address = try await server.listen(on: any)
        try Self.folder(directory.file("admin"), try Self.issue(authority, .admin, "li", now), trust: directory.file("ca/trust.pem"))
    }

    /// Has the admin believe the roots of `other`: its nodes then pass the admin's judgement, and the admin does not pass theirs.
    func believe(_ other: TestRegion) throws {
        try FileManager.default.removeItem(atPath: "\(identity)/trust.pem")
        try FileManager.default.copyItem(atPath: other.directory.file("ca/trust.pem"), toPath: "\(identity)/trust.pem")
    }

    func close() async {
        await server.shutdown(grace: .zero)
        await group.shutdown()
    }

    private static func issue(
        _ authority: DevelopmentAuthority, _ role: PeerIdentity.Role, _ node: String, _ now: Int64
    ) throws -> DevelopmentAuthority.IssuedFiles {
        let identity = try PeerIdentity(trustDomain: domain, role: role, institution: "health", node: node)
        return try authority.issue(
            NodeCertificateRequest(identity: identity, dnsNames: [], addresses: [], organization: "卫健委", days: 30), now: now)
    }

    /// As a node keeps it: key and certificates in one file.
    private static func folder(_ path: String, _ files: DevelopmentAuthority.IssuedFiles, trust: String) throws {
        let manager = FileManager.default
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let text = try String(contentsOfFile: files.key, encoding: .utf8) + String(contentsOfFile: files.certificate, encoding: .utf8)
        guard manager.createFile(atPath: "\(path)/identity.pem", contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]) else {
            throw CocoaError(.fileWriteUnknown)
        }
        try manager.copyItem(atPath: trust, toPath: "\(path)/trust.pem")
    }
}
