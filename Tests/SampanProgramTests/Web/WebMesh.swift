import Foundation
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC
import SampanTransport
import StoreTestSupport

/// Two nodes of a region over mutual TLS, a hospital's with doors to the web and a centre's that serves, and curl as a program of the
/// hospital.
struct WebMesh {
    static let domain = "region.example"
    static let near = "4699010001"
    static let far = "4699010002"

    let caller: WebCaller
    /// Roots of the region, as a file.
    let trust: String
    let nearGuard: WebScene.Guard
    let farGuard: WebScene.Guard

    /// - Parameters:
    ///   - services: what the centre serves.
    ///   - contracts: what the hospital's node knows of them.
    ///   - refused: a method that the hospital's node lets nobody call.
    static func with(
        _ services: [any RPCService], contracts: [FileDescriptor], refusing refused: String = "Init", _ body: (WebMesh) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let now = Int64(Date().timeIntervalSince1970)
        let authority = try DevelopmentAuthority.create(
            directory: directory.file("ca"), trustDomain: domain, organization: "某市卫生健康委员会", days: 60, now: now)
        func issue(_ role: PeerIdentity.Role, _ institution: String, _ node: String) throws -> DevelopmentAuthority.IssuedFiles {
            let identity = try PeerIdentity(trustDomain: domain, role: role, institution: institution, node: node)
            return try authority.issue(
                NodeCertificateRequest(identity: identity, dnsNames: [], addresses: ["127.0.0.1"], organization: "卫健委", days: 30), now: now)
        }
        func credentials(_ files: DevelopmentAuthority.IssuedFiles) throws -> LiveCredentials {
            try LiveCredentials(
                NodeCredentials(
                    certificateFile: files.certificate, keyFile: files.key, trustFile: directory.file("ca/trust.pem"), trustDomain: domain))
        }
        let group = try EventLoopGroup(count: 1)
        let wall: @Sendable () -> UnixTime = { UnixTime(nanoseconds: Int64(Date().timeIntervalSince1970) * 1_000_000_000) }
        let guards = (near: WebScene.Guard(refusing: refused), far: WebScene.Guard(refusing: ""))
        let nearCredentials = try credentials(issue(.hospital, near, "his-1"))
        let nearRouter = MeshRouter(group: group, credentials: nearCredentials, wall: wall)
        let farCredentials = try credentials(issue(.center, far, "ecg-1"))
        let farRouter = MeshRouter(group: group, credentials: farCredentials, wall: wall)
        var configuration = ServerConfiguration()
        configuration.web = WebDoors(codec: try ContractCodec([], others: contracts), origins: [WebScene.origin])
        let nearServer = try GRPCServer(
            group: group, services: [], interceptors: [guards.near], configuration: configuration, credentials: nearCredentials,
            router: nearRouter)
        let farServer = try GRPCServer(
            group: group, services: services, interceptors: [guards.far], credentials: farCredentials, router: farRouter)
        guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { throw CancellationError() }
        let address = try await nearServer.listen(on: any)
        let farAddress = try await farServer.listen(on: any)
        let names = services.compactMap { $0.methodHandlers.first?.method.service }
        nearRouter.replace(
            EpochDirectory(routes: [
                try EpochRoute(name: "\(far)/ecg-1", endpoints: ["127.0.0.1:\(farAddress.port)"], services: names),
                try EpochRoute(name: "\(near)/his-1", endpoints: ["127.0.0.1:\(address.port)"], parent: far),
            ]))
        let files = try issue(.app, near, "his")
        let identity = directory.file("program.pem")
        try (String(contentsOfFile: files.key, encoding: .utf8) + String(contentsOfFile: files.certificate, encoding: .utf8))
            .write(toFile: identity, atomically: true, encoding: .utf8)
        let caller = try WebCaller(place: "127.0.0.1:\(address.port)", identity: identity)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await body(WebMesh(caller: caller, trust: directory.file("ca/trust.pem"), nearGuard: guards.near, farGuard: guards.far))
            )
        } catch {
            outcome = .failure(error)
        }
        for (server, router) in [(nearServer, nearRouter), (farServer, farRouter)] {
            await server.shutdown(grace: .zero)
            await router.shutdown(grace: .zero)
        }
        await group.shutdown()
        try outcome.get()
    }
}
