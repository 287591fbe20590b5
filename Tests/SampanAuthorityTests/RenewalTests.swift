import SampanAPI
import SampanCrypto
import SampanMesh
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Renewal", .timeLimit(.minutes(20)))
struct RenewalTests {
    @Test("over the certificate before, with its names; a repetition gets the first answer, another body none")
    func renews() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let client = TestNode.client(fixture.authority, node.identity, shown: node.name)
        var request = TrustV1.RenewRequest(requestID: "r1", certificateRequest: try node.request())
        let first = try await client.renew(request)
        let leaf = try Certificate(der: first.certificateChain[0])
        #expect(leaf.alternativeNames == node.chain[0].alternativeNames && leaf.serial != node.chain[0].serial)
        #expect(try await client.renew(request) == first)
        request.certificateRequest = try TestNode(node.identity).request()
        #expect(await AuthorityFixture.failure { _ = try await client.renew(request) }?.code == .alreadyExists)
    }

    enum Bad: CaseIterable { case stranger, nobody, foreignCertificate, ended, denied, otherName, garbage }

    @Test("who may not renew is told why", arguments: Bad.allCases)
    func refuses(bad: Bad) async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        var (identity, shown) = (Optional(node.identity), node.name)
        var request = try node.request()
        var (code, reason): (StatusCode, String?) = (.permissionDenied, "UNKNOWN_CERTIFICATE")
        switch bad {
        case .stranger: identity = AuthorityFixture.identity("n2")
        case .nobody: identity = nil
        case .foreignCertificate: shown = CertificateName(issuerKeyID: [1], serial: try #require(SerialNumber([7])))
        case .ended: fixture.time.advance(seconds: 30 * 86_400)
        case .denied:
            try await fixture.authority.execute(.deny(try Denial(.node(node.identity), reason: .cessation, message: "已停用")), by: "test")
            reason = "NODE_REVOKED"
        case .otherName:
            request = try node.request(SubjectAlternativeNames(uris: [AuthorityFixture.identity("n2").uri]))
            (code, reason) = (.invalidArgument, nil)
        case .garbage: (request, code, reason) = ([1, 2, 3], .invalidArgument, nil)
        }
        let desk = TrustDesk(fixture.authority, shown: { [shown] _ in shown })
        let client = TrustV1.TrustServiceClient(InProcessCaller([desk], as: identity))
        let sent = TrustV1.RenewRequest(requestID: "r", certificateRequest: request)
        let error = await AuthorityFixture.failure { _ = try await client.renew(sent) }
        #expect(error?.code == code, "\(String(describing: error))")
        if let reason { #expect(error?.errorInfo?.reason == reason) }
    }

    @Test("too many at once are told when to come again, and then may")
    func allowance() async throws {
        var configuration = AuthorityConfiguration()
        (configuration.renewalBurst, configuration.renewalsPerSecond) = (2, 1)
        let fixture = try await AuthorityFixture(configuration: configuration)
        let node = try await fixture.node("n1")
        for _ in 0..<2 { try await node.renew(fixture.authority) }
        let error = await AuthorityFixture.failure { try await node.renew(fixture.authority) }
        #expect(error?.code == .resourceExhausted && error?.retryInfo?.retryDelay?.duration == .seconds(1))
        fixture.time.advance(seconds: 1)
        try await node.renew(fixture.authority)
    }
}
