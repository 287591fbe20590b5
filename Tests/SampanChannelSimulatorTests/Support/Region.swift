import SampanAPI
import SampanChannelSimulator
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport

/// A trust domain with one node per role, a merchant that listens, and channels of each role. Closed by `with`.
final class Region {
    static let trustDomain = "sampan.test"

    let directory: TemporaryDirectory
    let authority: DevelopmentAuthority
    let group: EventLoopGroup
    let merchant: Merchant
    let merchantAddress: SocketAddress
    private let server: GRPCServer
    private var channels: [ClientChannel] = []

    static func with(isOpen: Bool = true, _ body: (Region) async throws -> Void) async throws {
        let region = try await Region(isOpen: isOpen)
        let result: Result<Void, any Error>
        do { result = .success(try await body(region)) } catch { result = .failure(error) }
        for channel in region.channels { await channel.shutdown(grace: .zero) }
        await region.server.shutdown(grace: .zero)
        await region.group.shutdown()
        try result.get()
    }

    private init(isOpen: Bool) async throws {
        directory = try TemporaryDirectory()
        authority = try DevelopmentAuthority.create(
            directory: directory.file("certs"), trustDomain: Self.trustDomain, organization: nil, days: 1, now: Self.now)
        group = try EventLoopGroup(count: 1)
        merchant = Merchant(isOpen: isOpen)
        server = try GRPCServer(
            group: group, services: [merchant], tls: try Self.credentials(.gateway, authority, node: "merchant").serverContext())
        guard let free = SocketAddress(host: "127.0.0.1", port: 0) else { throw PeerIdentityError.wrongPath }
        merchantAddress = try await server.listen(on: free)
    }

    static var now: Int64 { SimulatorTime.system.now().seconds }

    /// Paths of a node's certificate and key.
    func files(_ role: PeerIdentity.Role, node: String) throws -> DevelopmentAuthority.IssuedFiles {
        try Self.files(role, authority, node: node)
    }

    func credentials(_ role: PeerIdentity.Role, node: String) throws -> NodeCredentials {
        try Self.credentials(role, authority, node: node)
    }

    /// A channel to the simulator that shows a certificate of the role.
    func channel(_ role: PeerIdentity.Role, to address: SocketAddress) throws -> ClientChannel {
        let credentials = try credentials(role, node: "client-\(channels.count)")
        let channel = ClientChannel(group: group, host: address.host, port: address.port, tls: try credentials.clientContext())
        channels.append(channel)
        return channel
    }

    private static func files(
        _ role: PeerIdentity.Role, _ authority: DevelopmentAuthority, node: String
    ) throws -> DevelopmentAuthority.IssuedFiles {
        let identity = try PeerIdentity(trustDomain: authority.trustDomain, role: role, institution: "region", node: node)
        return try authority.issue(NodeCertificateRequest(identity: identity, days: 1), now: now)
    }

    private static func credentials(
        _ role: PeerIdentity.Role, _ authority: DevelopmentAuthority, node: String
    ) throws -> NodeCredentials {
        let files = try files(role, authority, node: node)
        return try NodeCredentials(
            certificateFile: files.certificate, keyFile: files.key, trustFile: authority.files.trust, trustDomain: authority.trustDomain)
    }
}
