import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanProtobuf
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

@Suite("Whom a node refuses by the epoch", .timeLimit(.minutes(20)))
struct NodeDenialTests {
    /// A service whose stream stays open until its caller goes.
    struct Echo: RPCService {
        static let unary = MethodDescriptor(service: "test.Echo", name: "Unary", kind: .unary)
        static let stream = MethodDescriptor(service: "test.Echo", name: "Stream", kind: .bidirectionalStreaming)

        var methodHandlers: [MethodHandler] {
            [
                MethodHandler(Self.unary, .unary { payload, _ in try FramedMessage(payload: payload) }),
                MethodHandler(
                    Self.stream,
                    .streaming { requests, responses, _ in
                        while let request = try await requests.next() { try await responses.send(FramedMessage(payload: request)) }
                    }),
            ]
        }
    }

    /// A node that follows and serves, and two clients of it from two institutions.
    struct Scene {
        let fixture: NodeFixture
        let node: NodeFixture.Node
        let server: GRPCServer
        let address: SocketAddress
        let first: SignedEpoch

        func channel(_ credentials: LiveCredentials) -> ClientChannel {
            ClientChannel(
                group: fixture.group, endpoints: [Endpoint(host: address.host, port: address.port)], credentials: credentials)
        }

        func stream(_ channel: ClientChannel) async throws -> any ClientStream {
            let stream = try await channel.open(Echo.stream, .defaults)
            try await stream.send(FramedMessage(payload: [7]))
            #expect(try await stream.next() == [7])
            return stream
        }

        func echo(_ channel: ClientChannel) async throws {
            _ = try await channel.unary(Echo.unary, FramedMessage(payload: [1]), .defaults)
        }
    }

    static let denied = TrustRegion.path("4699010002", "his-2")

    static func with(
        settings change: (inout NodeTrustSettings) -> Void = { _ in }, _ body: (Scene) async throws -> Void
    ) async throws {
        try await NodeFixture.with { fixture in
            let first = try fixture.region.epoch()
            var settings = fixture.settings
            change(&settings)
            try await fixture.node(epoch: first, settings: settings) { node in
                let server = try GRPCServer(group: fixture.group, services: [Echo()], credentials: node.trust.credentials)
                let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
                _ = try await fixture.service.acknowledgement(of: 1)
                let scene = Scene(fixture: fixture, node: node, server: server, address: address, first: first)
                let result: Result<Void, any Error>
                do { result = .success(try await body(scene)) } catch { result = .failure(error) }
                await server.shutdown(grace: .zero)
                try result.get()
            }
        }
    }

    enum Kind: CaseIterable {
        case certificate, issuer, node, institution, lock
    }

    private static func denial(_ kind: Kind, _ leaf: Certificate, _ region: TrustRegion) throws -> (Denial, reason: String) {
        func name(_ certificate: Certificate) throws -> CertificateName {
            CertificateName(issuerKeyID: certificate.issuerKeyID, serial: try #require(SerialNumber(certificate.serial)))
        }
        return switch kind {
        case .certificate: (try Denial(.certificate(name(leaf)), reason: .keyCompromise, message: "密钥丢失"), "CERTIFICATE_REVOKED")
        case .issuer: (try Denial(.certificate(name(region.issuing.certificate)), reason: .keyCompromise), "CERTIFICATE_REVOKED")
        case .node: (try Denial(.node(PeerIdentity(uri: "spiffe://sampan.test/\(denied)")), reason: .cessation), "NODE_REVOKED")
        case .institution: (try Denial(.institution("4699010002"), reason: .privilegeWithdrawn), "INSTITUTION_REVOKED")
        case .lock:
            (
                try Denial(
                    .institution("4699010002"), reason: .locked,
                    endsAt: NodeFixture.wall.advanced(byNanoseconds: 3_600_000_000_000)), "LOCKED"
            )
        }
    }

    @Test("the denied peer's calls end and say why, by the acknowledgement; nobody else's do", arguments: Kind.allCases)
    func denies(_ kind: Kind) async throws {
        try await Self.with { scene in
            let region = scene.fixture.region
            // The denied issuer is not that of the others.
            let other = kind == .issuer ? try TrustRegion(under: region.root) : region
            var last = scene.first
            if kind == .issuer {
                last = try region.epoch(2, after: last, issuers: [region.issuing.certificate, other.issuing.certificate])
                try scene.fixture.service.push(last)
                _ = try await scene.fixture.service.acknowledgement(of: 2)
            }
            let bad = try LiveCredentials(other.credentials(Self.denied))
            let (badChannel, goodChannel) = (scene.channel(bad), scene.channel(try LiveCredentials(region.credentials(TrustRegion.path()))))
            let badStreams = [try await scene.stream(badChannel), try await scene.stream(badChannel)]
            let goodStream = try await scene.stream(goodChannel)
            let (denial, reason) = try Self.denial(kind, bad.credentials.leaf, other)
            let asked = TrustV1.CutQuestion(questionID: "q", denials: [try denial.question])
            scene.fixture.service.say(.cutQuestion(asked))
            let estimate = try await scene.fixture.service.heard.next { if case .estimate(let value) = $0 { value } else { nil } }
            #expect(estimate.questionID == "q" && estimate.connections == 1 && estimate.streams == 2 && estimate.calls == 0)
            let epoch = try region.epoch(
                last.epoch.number + 1, after: last, issuers: last.epoch.issuers.map { try Certificate(der: $0.certificate) },
                denials: [denial])
            try scene.fixture.service.push(epoch)
            let acknowledgement = try await scene.fixture.service.acknowledgement(of: epoch.epoch.number)
            #expect(acknowledgement.connectionsCut == 1 && acknowledgement.streamsCut == 2)
            #expect((acknowledgement.took?.duration ?? .zero) > .zero)
            for stream in badStreams {
                let error = await #expect(throws: RPCError.self) { while try await stream.next() != nil {} }
                #expect(error?.code == .unauthenticated && error?.errorInfo?.reason == reason && error?.errorInfo?.domain == "trust.sampan")
            }
            // The server's record has the label, and the client hears it.
            let error = await #expect(throws: RPCError.self) { try await scene.echo(badChannel) }
            #expect(error?.code == .unauthenticated && error?.message.contains("CERTIFICATE_REVOKED") == true, "\(error?.message ?? "")")
            #expect(scene.server.handshakeFailures.counts[.certificateRevoked] ?? 0 > 0)
            try await goodStream.send(FramedMessage(payload: [9]))
            #expect(try await goodStream.next() == [9])
            try await scene.echo(goodChannel)
            // A restart denies from the first connection on.
            let again = try NodeTrust(
                folder: scene.node.folder, group: scene.fixture.group, settings: scene.fixture.settings,
                time: .system(wall: { NodeFixture.wall }), report: { _ in })
            let server = try GRPCServer(group: scene.fixture.group, services: [Echo()], credentials: again.credentials)
            let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
            let late = ClientChannel(
                group: scene.fixture.group, endpoints: [Endpoint(host: address.host, port: address.port)], credentials: bad)
            #expect(await #expect(throws: RPCError.self) { try await scene.echo(late) }?.code == .unauthenticated)
            for channel in [badChannel, goodChannel, late] { await channel.shutdown(grace: .zero) }
            await server.shutdown(grace: .zero)
        }
    }

    @Test("a lock that is over by the wall's clock refuses nobody, and one that is lifted neither")
    func locks() async throws {
        try await Self.with { scene in
            let region = scene.fixture.region
            let channel = scene.channel(try LiveCredentials(region.credentials(Self.denied)))
            let over = try Denial(.institution("4699010002"), reason: .locked, endsAt: NodeFixture.wall.advanced(byNanoseconds: -1))
            let second = try region.epoch(2, after: scene.first, denials: [over])
            try scene.fixture.service.push(second)
            _ = try await scene.fixture.service.acknowledgement(of: 2)
            try await scene.echo(channel)
            let third = try region.epoch(3, after: second, denials: [Denial(.institution("4699010002"), reason: .cessation)])
            try scene.fixture.service.push(third)
            #expect(try await scene.fixture.service.acknowledgement(of: 3).connectionsCut == 1)
            #expect(await #expect(throws: RPCError.self) { try await scene.echo(channel) }?.code == .unauthenticated)
            try scene.fixture.service.push(try region.epoch(4, after: third))
            _ = try await scene.fixture.service.acknowledgement(of: 4)
            _ = try await channel.unary(Echo.unary, FramedMessage(payload: [1]), CallOptions(waitForReady: true))
            await channel.shutdown(grace: .zero)
        }
    }

    @Test("a node below the least protocol level ends its calls, follows on, and serves again when the level is lowered")
    func outdated() async throws {
        try await Self.with { scene in
            let region = scene.fixture.region
            let channel = scene.channel(try LiveCredentials(region.credentials(Self.denied)))
            try await scene.echo(channel)
            let second = try region.epoch(2, after: scene.first, minimumProtocol: 2)
            try scene.fixture.service.push(second)
            #expect(try await scene.fixture.service.acknowledgement(of: 2).connectionsCut == 1)
            let refusal = await #expect(throws: RPCError.self) { try await scene.echo(channel) }
            #expect(refusal?.code == .failedPrecondition && refusal?.errorInfo?.reason == "PROTOCOL_OUTDATED")
            try scene.fixture.service.push(try region.epoch(3, after: second, minimumProtocol: 1))
            _ = try await scene.fixture.service.acknowledgement(of: 3)
            _ = try await channel.unary(Echo.unary, FramedMessage(payload: [1]), CallOptions(waitForReady: true))
            await channel.shutdown(grace: .zero)
        }
    }

    @Test("a node that is denied itself obeys, and says so")
    func itself() async throws {
        try await Self.with { scene in
            let own = scene.node.trust.credentials.identity
            let denial = try Denial(.node(own), reason: .cessation, message: "停用")
            try scene.fixture.service.push(try scene.fixture.region.epoch(2, after: scene.first, denials: [denial], minimumProtocol: 9))
            _ = try await scene.fixture.service.acknowledgement(of: 2)
            _ = try await scene.node.events.next { $0 == .outdated(minimumProtocol: 9) ? () : nil }
            let texts = await scene.node.trust.status().warnings.map(\.description)
            #expect(texts.contains { $0.contains("停用") } && texts.contains { $0.contains("protocol level 9") })
        }
    }

    @Test("a retired issuer: streams go on to their end, new calls and connections do not; without grace they are cut")
    func retired() async throws {
        for grace in [Duration.seconds(3_600), .zero] {
            try await Self.with(settings: { $0.retiredIssuerGrace = grace }) { scene in
                let old = scene.fixture.region
                let new = try TrustRegion(under: old.root)
                let third = try await Self.walk(scene, old, new)
                let oldChannel = scene.channel(try LiveCredentials(old.credentials(Self.denied)))
                let stream = try await scene.stream(oldChannel)
                let gone = try old.epoch(4, after: third, issuers: [new.issuing.certificate])
                try scene.fixture.service.push(gone)
                let acknowledgement = try await scene.fixture.service.acknowledgement(of: 4)
                if grace > .zero {
                    #expect(acknowledgement.connectionsCut == 0)
                    try await stream.send(FramedMessage(payload: [8]))
                    #expect(try await stream.next() == [8])
                } else {
                    #expect(acknowledgement.connectionsCut == 1 && acknowledgement.streamsCut == 1)
                    let error = await #expect(throws: RPCError.self) { while try await stream.next() != nil {} }
                    #expect(error?.errorInfo?.reason == "ISSUER_RETIRED")
                }
                #expect(await #expect(throws: RPCError.self) { try await scene.echo(oldChannel) }?.code == .unauthenticated)
                let newChannel = scene.channel(try LiveCredentials(new.credentials(TrustRegion.path())))
                try await scene.echo(newChannel)
                for channel in [oldChannel, newChannel] { await channel.shutdown(grace: .zero) }
            }
        }
    }

    /// Both issuers are trusted, then the new one signs and the node has renewed. Returns the epoch in force.
    private static func walk(_ scene: Scene, _ old: TrustRegion, _ new: TrustRegion) async throws -> SignedEpoch {
        scene.fixture.service.onRenewal { request in
            TrustV1.RenewResponse(certificateChain: try new.chain(for: request.certificateRequest))
        }
        let second = try old.epoch(2, after: scene.first, issuers: [old.issuing.certificate, new.issuing.certificate])
        try scene.fixture.service.push(second)
        _ = try await scene.fixture.service.acknowledgement(of: 2)
        _ = try await scene.fixture.platformCredentials.swap(to: new.credentials(TrustRegion.platform))
        let third = try old.epoch(
            3, after: second, issuers: [new.issuing.certificate, old.issuing.certificate], standing: .tainted)
        try scene.fixture.service.push(third)
        _ = try await scene.fixture.service.report { $0.issuerKeyID == new.issuing.certificate.subjectKeyID }
        return third
    }

    @Test("a platform lets a node of a retired issuer in to renew, and for nothing else")
    func returning() async throws {
        try await Self.with(settings: { $0.returning = ReturningNodes() }) { scene in
            let old = scene.fixture.region
            let new = try TrustRegion(under: old.root)
            let third = try await Self.walk(scene, old, new)
            try scene.fixture.service.push(try old.epoch(4, after: third, issuers: [new.issuing.certificate]))
            _ = try await scene.fixture.service.acknowledgement(of: 4)
            let service = ScriptedTrustService()
            service.onRenewal { TrustV1.RenewResponse(certificateChain: try new.chain(for: $0.certificateRequest)) }
            let server = try GRPCServer(
                group: scene.fixture.group, services: [service, Echo()], credentials: scene.node.trust.credentials)
            let address = try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0)))
            // What comes back knows the old issuer only by the root that both have.
            let channel = ClientChannel(
                group: scene.fixture.group, endpoints: [Endpoint(host: address.host, port: address.port)],
                credentials: try LiveCredentials(old.credentials(Self.denied)))
            let request = try CertificateRequest.make(
                subject: DistinguishedName(commonName: "node"), names: SubjectAlternativeNames(), key: try PrivateKey.generate())
            _ = try await TrustV1.TrustServiceClient(channel).renew(
                TrustV1.RenewRequest(requestID: "1", certificateRequest: request.der))
            let error = await #expect(throws: RPCError.self) { try await scene.echo(channel) }
            #expect(error?.code == .unauthenticated && error?.errorInfo?.reason == "ISSUER_RETIRED")
            await channel.shutdown(grace: .zero)
            await server.shutdown(grace: .zero)
        }
    }
}

extension Denial {
    /// As the authority asks about it.
    fileprivate var question: TrustV1.Denial {
        get throws {
            let epoch = try TrustRegion().epoch(denials: [self])
            return try #require(TrustV1.TrustEpoch(serialized: epoch.bytes).denials.first)
        }
    }
}
