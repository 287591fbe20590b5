import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanProtobuf
import SampanRPC
import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Enrolment of a node", .timeLimit(.minutes(20)))
struct NodeEnrollmentTests {
    private static let token = [UInt8](repeating: 5, count: 32)

    /// A platform's listener that asks for no certificate.
    private struct Scene {
        let region: TrustRegion
        let group: EventLoopGroup
        let service: ScriptedTrustService
        let endpoint: Endpoint
        let folder: NodeTrustFolder

        func enroll(_ root: Certificate? = nil, overwrite: Bool = false, later seconds: Int64 = 0) async throws -> PeerIdentity {
            let ticket = try EnrollmentTicket(token: token, root: (root ?? region.root.certificate).der)
            return try await NodeEnrollment(
                folder: folder, ticket: ticket, wall: { NodeFixture.wall.advanced(byNanoseconds: seconds * 1_000_000_000) }
            ).run(platform: [endpoint], group: group, overwrite: overwrite)
        }

        func reason(_ root: Certificate? = nil, later seconds: Int64 = 0) async -> EnrollmentError.Reason? {
            let error = await #expect(throws: EnrollmentError.self) { try await enroll(root, later: seconds) }
            #expect(!folder.isEnrolled)
            return error?.reason
        }
    }

    private static func with(shows path: String = TrustRegion.platform, _ body: (Scene) async throws -> Void) async throws {
        let region = try TrustRegion()
        let group = try EventLoopGroup(count: 1)
        let service = ScriptedTrustService()
        let credentials = try LiveCredentials(region.credentials(path))
        let server = try GRPCServer(group: group, services: [service], enrollment: credentials)
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let directory = try TemporaryDirectory()
        let scene = Scene(
            region: region, group: group, service: service, endpoint: Endpoint(host: address.host, port: address.port),
            folder: NodeTrustFolder(path: directory.file("trust")))
        service.onEnrollment { request in
            guard request.token == token else { throw RPCError(code: .permissionDenied, message: "the token is not known") }
            return try answer(region, request)
        }
        let result: Result<Void, any Error>
        do { result = .success(try await body(scene)) } catch { result = .failure(error) }
        await server.shutdown(grace: .zero)
        await group.shutdown()
        withExtendedLifetime(directory) {}
        try result.get()
    }

    private static func answer(
        _ region: TrustRegion, _ request: TrustV1.EnrollRequest, epoch: SignedEpoch? = nil
    ) throws -> TrustV1.EnrollResponse {
        TrustV1.EnrollResponse(
            certificateChain: try region.chain(for: request.certificateRequest),
            epoch: try TrustV1.SignedTrustEpoch(serialized: (epoch ?? region.epoch(7)).serialized()))
    }

    @Test("a node enrols, its folder is whole, and it follows from there")
    func enrolls() async throws {
        try await Self.with { scene in
            let identity = try await scene.enroll()
            #expect(identity.uri == "spiffe://sampan.test/\(TrustRegion.path())")
            let contents = try scene.folder.read()
            #expect(contents.epoch?.epoch.number == 7 && contents.credentials.identity == identity)
            let names = try FileManager.default.contentsOfDirectory(atPath: scene.folder.path).sorted()
            #expect(names == ["epoch.bin", "identity.pem", "trust.pem"])
            _ = try await LiveCredentials(contents.credentials).swap(to: contents.credentials)
            let error = await #expect(throws: EnrollmentError.self) { try await scene.enroll() }
            #expect(error?.reason == .alreadyEnrolled)
            let again = try await scene.enroll(overwrite: true)
            #expect(again == identity)
        }
    }

    @Test("an answer that was lost is asked for again with the same bytes")
    func again() async throws {
        try await Self.with { scene in
            scene.service.onEnrollment { _ in throw RPCError(code: .unavailable, message: "just now") }
            #expect(await scene.reason() == .unreachable)
            let region = scene.region
            scene.service.onEnrollment { try Self.answer(region, $0) }
            _ = try await scene.enroll()
            let first = try await scene.service.heard.next { if case .enrollment(let value) = $0 { value } else { nil } }
            let second = try await scene.service.heard.next { if case .enrollment(let value) = $0 { value } else { nil } }
            #expect(first.certificateRequest == second.certificateRequest && first.token == second.token)
        }
    }

    @Test("another root than the authority's: nothing is sent")
    func wrongRoot() async throws {
        try await Self.with { scene in
            let stranger = try TrustRegion().root.certificate
            #expect(await scene.reason(stranger) == .unreachable)
            #expect(scene.service.heard.isEmpty)
        }
    }

    @Test("a node of the region that is no platform is told no token")
    func noPlatform() async throws {
        try await Self.with(shows: TrustRegion.path()) { scene in
            #expect(await scene.reason() == .unreachable)
            #expect(scene.service.heard.isEmpty)
        }
    }

    enum Wrong: CaseIterable {
        case token, noEpoch, strangeEpoch, otherKey, otherDomain, notYetValid
    }

    @Test("what is refused, or does not hang together, leaves no identity", arguments: Wrong.allCases)
    func wrong(_ wrong: Wrong) async throws {
        try await Self.with { scene in
            let region = scene.region
            scene.service.onEnrollment { request in
                var answer = try Self.answer(region, request)
                switch wrong {
                case .token: throw RPCError(code: .permissionDenied, message: "the token was used")
                case .noEpoch: answer.epoch = nil
                case .strangeEpoch: answer.epoch = try Self.answer(region, request, epoch: TrustRegion().epoch(7)).epoch
                case .otherKey: answer.certificateChain = try region.identity().chain.map(\.der)
                case .otherDomain:
                    let leaf = try region.issuing.issue(
                        .node(names: SubjectAlternativeNames(uris: ["spiffe://other.test/hospital/h/1"])),
                        subject: DistinguishedName(commonName: "node"), for: CertificateRequest(der: request.certificateRequest),
                        validity: CertificateValidity(notBefore: region.now - 300, notAfter: region.now + 3_600))
                    answer.certificateChain = [leaf.der, region.issuing.certificate.der]
                case .notYetValid: break
                }
                return answer
            }
            // A clock so far behind that the certificate is not valid yet by it; the handshake goes by the system's.
            let reason = await scene.reason(later: wrong == .notYetValid ? -3_600 * 24 * 9 : 0)
            #expect(reason == (wrong == .token ? .refused : .badAnswer))
        }
    }

    @Test("behind that listener nobody has a name, and a policy lets nobody call anything else")
    func nameless() async throws {
        let region = try TrustRegion()
        let group = try EventLoopGroup(count: 1)
        let service = ScriptedTrustService()
        let policy = AccessPolicy([PolicyRule("sampan.trust.v1.TrustService", .hospital)], for: TrustV1.TrustServiceMethods.all)
        let server = try GRPCServer(
            group: group, services: [service], interceptors: [policy],
            enrollment: LiveCredentials(region.credentials(TrustRegion.platform)))
        let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let channel = try ClientChannel(
            group: group, endpoints: [Endpoint(host: address.host, port: address.port)], enrollmentRoots: [region.root.certificate],
            trustDomain: TrustRegion.domain)
        let error = await #expect(throws: RPCError.self) {
            try await TrustV1.TrustServiceClient(channel).getEpoch(TrustV1.GetEpochRequest())
        }
        #expect(error?.code == .unauthenticated)
        await channel.shutdown(grace: .zero)
        await server.shutdown(grace: .zero)
        await group.shutdown()
    }
}
