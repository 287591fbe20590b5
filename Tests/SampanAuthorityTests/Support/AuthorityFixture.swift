import SampanAPI
import SampanAuthority
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import StoreTestSupport

/// An authority over a folder of its own.
struct AuthorityFixture {
    static let domain = "region.test"
    static let admin = AuthorityFixture.identity("admin1", role: .admin, institution: "0000000000")

    let directory: TemporaryDirectory
    let time: TestTime
    let authority: Authority

    static func passphrase(_ text: String) throws -> Passphrase {
        var bytes = Array(text.utf8)
        return try Passphrase(taking: &bytes)
    }

    static func passphrases(root: String? = "root 根", working: String = "working 工作") throws -> AuthorityPassphrases {
        AuthorityPassphrases(working: try passphrase(working), root: try root.map { try passphrase($0) })
    }

    static func identity(_ node: String, role: PeerIdentity.Role = .hospital, institution: String = "4699010001") -> PeerIdentity {
        // The names are right; what could not be made would fail every test of the file.
        guard let identity = try? PeerIdentity(trustDomain: domain, role: role, institution: institution, node: node) else {
            preconditionFailure("a test's identity is not one: \(node)")
        }
        return identity
    }

    init(configuration: AuthorityConfiguration = AuthorityConfiguration(), isPatient: Bool = false) async throws {
        directory = try TemporaryDirectory()
        time = TestTime(isPatient: isPatient)
        var configuration = configuration
        // A millisecond instead of 0.2 s: a suite makes some hundred keys.
        configuration.keyCost = ScryptCost(cost: 16, blockSize: 8, parallelization: 1)
        authority = try await Authority.found(
            AuthorityFounding(trustDomain: Self.domain, organization: "海南医疗区"), folder: AuthorityFolder(directory.file("authority")),
            passphrases: try Self.passphrases(), configuration: configuration, clock: time.clock)
    }

    var folder: AuthorityFolder { authority.folder }

    /// Another one over the same folder, as another process would have it.
    func another(root: String? = "root 根", working: String = "working 工作") async throws -> Authority {
        try await Authority(
            folder: folder, passphrases: try Self.passphrases(root: root, working: working), configuration: authority.configuration,
            clock: time.clock)
    }

    var admin: TrustV1.AuthorityServiceClient { Self.admin(authority) }

    static func admin(_ authority: Authority, as identity: PeerIdentity? = admin) -> TrustV1.AuthorityServiceClient {
        TrustV1.AuthorityServiceClient(InProcessCaller([AuthorityDesk(authority)], as: identity))
    }

    /// A beginner, without a certificate.
    static func beginner(_ authority: Authority) -> TrustV1.TrustServiceClient {
        TrustV1.TrustServiceClient(InProcessCaller([EnrollmentDesk(authority)], as: nil))
    }

    func token(
        for identity: PeerIdentity, id: String? = nil, life: Duration = .seconds(3_600), dnsNames: [String] = []
    ) async throws -> [UInt8] {
        try await admin.createEnrollmentToken(
            TrustV1.CreateEnrollmentTokenRequest(
                requestID: id ?? "token-\(identity.node)", identity: identity.uri, dnsNames: dnsNames,
                life: GoogleProtobuf.Duration(life))
        ).token
    }

    /// A node that has enrolled, holds the newest epoch, and has said so.
    func node(_ name: String, institution: String = "4699010001") async throws -> TestNode {
        let identity = Self.identity(name, institution: institution)
        let node = try TestNode(identity)
        try await node.enroll(authority, token: try await token(for: identity))
        try await node.acknowledge(authority)
        return node
    }

    static func failure(_ body: () async throws -> Void) async -> RPCError? {
        do { try await body() } catch let error as RPCError { return error } catch { return nil }
        return nil
    }
}
