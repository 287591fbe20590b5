import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Enrolment", .timeLimit(.minutes(20)))
struct EnrollmentTests {
    @Test("the names come from the token; the same token and request get the same answer; the journal has no token in it")
    func enrolls() async throws {
        let fixture = try await AuthorityFixture()
        let identity = AuthorityFixture.identity("rong-01")
        let token = try await fixture.token(for: identity, dnsNames: ["rong-01.hospital.test"])
        let node = try TestNode(identity)
        let request = TrustV1.EnrollRequest(token: token, certificateRequest: try node.request())
        let client = AuthorityFixture.beginner(fixture.authority)
        let answer = try await client.enroll(request)
        let leaf = try Certificate(der: answer.certificateChain[0])
        #expect(leaf.alternativeNames == SubjectAlternativeNames(uris: [identity.uri], dnsNames: ["rong-01.hospital.test"]))
        #expect(leaf.serial.count == 16 && leaf.subject.organization == "4699010001")
        let now = fixture.time.now.seconds
        #expect(leaf.validity == CertificateValidity(notBefore: now - 300, notAfter: now + 30 * 86_400))
        #expect(try await client.enroll(request).certificateChain == answer.certificateChain)
        let journal =
            try Data(contentsOf: URL(fileURLWithPath: fixture.folder.journal))
            + (try Data(contentsOf: URL(fileURLWithPath: fixture.folder.journal + "-wal")))
        #expect(journal.range(of: Data(token)) == nil)
        let other = await AuthorityFixture.failure {
            _ = try await client.enroll(TrustV1.EnrollRequest(token: token, certificateRequest: try TestNode(identity).request()))
        }
        #expect(other?.errorInfo?.reason == "TOKEN_USED")
    }

    @Test("no certificate outlives its issuer")
    func issuerEnd() async throws {
        var configuration = AuthorityConfiguration()
        configuration.issuerLife = 3_600
        let fixture = try await AuthorityFixture(configuration: configuration)
        let node = try await fixture.node("n1")
        #expect(node.chain[0].validity?.notAfter == node.chain[1].validity?.notAfter)
    }

    enum Bad: CaseIterable {
        case unknownToken, shortToken, expired, noRequest, garbage, otherName, otherInstitution, authority, weakCurve, truncated
    }

    @Test("bad input is refused, says why, and leaves the token good", arguments: Bad.allCases)
    func refuses(bad: Bad) async throws {
        let fixture = try await AuthorityFixture()
        let identity = AuthorityFixture.identity("n1")
        var token = try await fixture.token(for: identity)
        let good = token
        let node = try TestNode(identity)
        var request = try node.request()
        var expected: (StatusCode, String?) = (.invalidArgument, nil)
        switch bad {
        case .unknownToken: (token[0], expected) = (token[0] ^ 1, (.unauthenticated, "UNKNOWN_TOKEN"))
        case .shortToken: token.removeLast()
        case .expired:
            fixture.time.advance(seconds: 3_600)
            expected = (.unauthenticated, "TOKEN_EXPIRED")
        case .noRequest: request = []
        case .garbage: request = Array("-----BEGIN CERTIFICATE REQUEST-----".utf8)
        case .otherName: request = try node.request(SubjectAlternativeNames(dnsNames: ["bank.test"]))
        case .otherInstitution:
            request = try node.request(SubjectAlternativeNames(uris: [AuthorityFixture.identity("n1", institution: "9999999999").uri]))
        case .authority: request = TestRequests.asksForAuthority()
        case .weakCurve: request = TestRequests.p384()
        case .truncated: request.removeLast(10)
        }
        let sent = TrustV1.EnrollRequest(token: token, certificateRequest: request)
        let error = await AuthorityFixture.failure { _ = try await AuthorityFixture.beginner(fixture.authority).enroll(sent) }
        #expect(error?.code == expected.0, "\(String(describing: error))")
        if let reason = expected.1 { #expect(error?.errorInfo?.reason == reason) }
        guard bad != .expired else { return }
        try await node.enroll(fixture.authority, token: good)
    }

    private static let badTokens: [(String, String, Int64)] = [
        ("spiffe://region.test/hospital/1/n", "", 0), ("spiffe://region.test/hospital/1/n", "", 7 * 86_400 + 1), ("not a name", "", 60),
        ("spiffe://other.test/hospital/1/n", "", 60), ("spiffe://region.test/hospital/1/n", "not a host name", 60),
    ]

    @Test("what no token can be made for", arguments: badTokens)
    func tokens(identity: String, host: String, life: Int64) async throws {
        let fixture = try await AuthorityFixture()
        let error = await AuthorityFixture.failure {
            _ = try await fixture.admin.createEnrollmentToken(
                TrustV1.CreateEnrollmentTokenRequest(
                    requestID: "r", identity: identity, dnsNames: host.isEmpty ? [] : [host],
                    life: GoogleProtobuf.Duration(.seconds(life))))
        }
        #expect(error?.code == .invalidArgument, "\(String(describing: error))")
    }

    @Test("a repeated request shows the token once; another body under its id is refused, also after a start; after a week it is forgotten")
    func requestIDs() async throws {
        let fixture = try await AuthorityFixture()
        var request = TrustV1.CreateEnrollmentTokenRequest(
            requestID: "编号-1", identity: AuthorityFixture.identity("n1").uri, life: GoogleProtobuf.Duration(.seconds(60)))
        let first = try await fixture.admin.createEnrollmentToken(request)
        #expect(first.token.count == 32 && first.rootCertificate == fixture.authority.state.activeRoot?.certificate)
        let replay = try await fixture.admin.createEnrollmentToken(request)
        #expect(replay.token.isEmpty && replay.expiresAt == first.expiresAt && replay.rootFingerprint == first.rootFingerprint)
        let again = AuthorityFixture.admin(try await fixture.another())
        request.dnsNames = ["other.test"]
        let reused = await AuthorityFixture.failure { _ = try await again.createEnrollmentToken(request) }
        #expect(reused?.code == .alreadyExists && reused?.errorInfo?.reason == "REQUEST_ID_REUSED")
        // Of another actor it is another request.
        let others = AuthorityFixture.admin(fixture.authority, as: AuthorityFixture.identity("admin2", role: .admin))
        #expect(try await others.createEnrollmentToken(request).token.count == 32)
        fixture.time.advance(seconds: 7 * 86_400 + 1)
        _ = try await fixture.token(for: AuthorityFixture.identity("n2"))
        #expect(try await fixture.admin.createEnrollmentToken(request).token.count == 32)
        for id in ["", String(repeating: "x", count: 65), "a\u{0}b"] {
            request.requestID = id
            let error = await AuthorityFixture.failure { _ = try await fixture.admin.createEnrollmentToken(request) }
            #expect(error?.badRequest?.fieldViolations.first?.field == "request_id")
        }
    }
}
