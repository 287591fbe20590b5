import Foundation
import SampanAPI
import SampanCrypto
import SampanHarness
import SampanMesh
import SampanRPC
import SampanTransport
import StoreTestSupport
import Testing

extension EndToEnd {
    @Suite("Bad input: peers that must be refused")
    struct BadPeerTests {
        private typealias Role = PeerIdentity.Role

        /// Who may call what; every other pair is denied. Written out again here on purpose.
        private static let allowed: [(methods: [MethodDescriptor], roles: Set<PeerIdentity.Role>)] = [
            (PaymentV1.PaymentServiceMethods.all, [.hospital, .app]), (GatewayV1.RequestServiceMethods.all, [.hospital, .app]),
            (GatewayV1.FerryServiceMethods.all.filter { $0 != GatewayV1.FerryServiceMethods.getFerryStatus }, [.ferry]),
            ([GatewayV1.FerryServiceMethods.getFerryStatus], [.ferry, .admin, .platform]),
            (ChannelV1.ChannelNotificationServiceMethods.all, [.app]),
            (SettlementV1.SettlementServiceMethods.all, [.settlement]), (ReconciliationV1.ReconciliationServiceMethods.all, [.settlement]),
            (StatisticsV1.StatisticsServiceMethods.all, [.settlement, .admin, .platform]),
            (BookingV1.BookingServiceMethods.all, [.hospital, .app]), (BookingV1.ClinicServiceMethods.all, [.hospital]),
            (FeeV1.FeeServiceMethods.all, [.hospital, .app]), (GatewayV1.InquiryServiceMethods.all, [.ferry]),
            (ChannelV1.ChannelServiceMethods.all, []), (ChannelV1.PayerServiceMethods.all, []),
            (AuditV1.AuditServiceMethods.all, []),
        ]

        @Test("ID-14 GW-15: a role that may not call a method is told so, for every role and method")
        func roles() async throws {
            try await BadCallTests.unharmed { region, _ in
                for role in Role.allCases {
                    try region.issue(role, Region.institutions[0], as: "as-\(role.rawValue)", now: Int64(Date.now.timeIntervalSince1970))
                    try await Self.calling(region, try region.gatewayChannelTLS("as-\(role.rawValue)")) { channel in
                        for (methods, roles) in Self.allowed where !roles.contains(role) {
                            for method in methods { try await Self.expectDenied(channel, method, role, isServed: !roles.isEmpty) }
                        }
                    }
                }
            }
        }

        private static func expectDenied(
            _ channel: ClientChannel, _ method: MethodDescriptor, _ role: PeerIdentity.Role, isServed: Bool
        ) async throws {
            let error = await BadCallTests.failure("\(role) calling \(method)") { () async throws(RPCError) in
                let stream = try await channel.open(method, Hospital.patience)
                try await stream.send(try FramedMessage(payload: []))
                await stream.finish()
                while try await stream.next() != nil {}
            }
            #expect(error?.code == (isServed ? .permissionDenied : .unimplemented), "\(role) \(method): \(String(describing: error))")
        }

        @Test("ID-14: no certificate, an expired one, another domain's and a forger's are refused with a reason")
        func certificates() async throws {
            let scratch = try TemporaryDirectory()
            try await BadCallTests.unharmed { region, _ in
                let now = Int64(Date.now.timeIntervalSince1970)
                try region.issue(.hospital, Region.institutions[0], as: "expired", now: now - 20 * 86_400)
                let strangers: [(name: String, identity: TLSIdentity?, label: String)] = [
                    ("no certificate", nil, "CERTIFICATE_VERIFICATION_FAILED"),
                    ("expired", try Self.identity(region.credentialFiles("expired")), "CERTIFICATE_EXPIRED"),
                    ("another domain", try Self.foreign("other.sampan.test", scratch), "CERTIFICATE_AUTHORITY_INVALID"),
                    ("a forger of our domain", try Self.foreign(Region.trustDomain, scratch), "CERTIFICATE_AUTHORITY_INVALID"),
                ]
                for stranger in strangers {
                    // The stranger believes the gateway: it is the gateway that refuses.
                    var configuration = TLSConfiguration(
                        role: .client, identity: stranger.identity,
                        trustRoots: try CredentialFile.certificates(region.credentialFiles("gateway").trust),
                        expectedTrustDomain: Region.trustDomain)
                    configuration.verificationTime = nil
                    try await Self.calling(region, try TLSContext(configuration)) { channel in
                        let error = await BadCallTests.failure(stranger.name) { () async throws(RPCError) in
                            try await PaymentV1.PaymentServiceClient(channel).getPayment(
                                PaymentV1.GetPaymentRequest(outTradeNo: "GOOD1"), options: CallOptions(timeout: .seconds(20)))
                        }
                        #expect(error?.code == .unauthenticated, "\(stranger.name): \(String(describing: error))")
                        let label = "TLS failed: \(stranger.label): "
                        #expect(error?.message.contains(label) == true, "\(stranger.name): \(String(describing: error))")
                    }
                }
            }
        }

        private static func calling(_ region: Region, _ tls: TLSContext, _ body: (ClientChannel) async throws -> Void) async throws {
            let group = try EventLoopGroup(count: 1)
            let channel = ClientChannel(group: group, host: "127.0.0.1", port: region.gatewayPort, tls: tls)
            let result: Result<Void, any Error>
            do { result = .success(try await body(channel)) } catch { result = .failure(error) }
            await channel.shutdown(grace: .zero)
            await group.shutdown()
            try result.get()
        }

        private static func identity(_ files: (certificate: String, key: String, trust: String)) throws -> TLSIdentity {
            try CredentialFile.identity(certificate: files.certificate, key: files.key)
        }

        /// A hospital of an authority of its own.
        private static func foreign(_ trustDomain: String, _ scratch: TemporaryDirectory) throws -> TLSIdentity {
            let (folder, now) = (scratch.file("foreign-\(trustDomain)"), Int64(Date.now.timeIntervalSince1970))
            let authority = try DevelopmentAuthority.create(
                directory: folder, trustDomain: trustDomain, organization: nil, days: 30, now: now)
            let identity = try PeerIdentity(
                trustDomain: trustDomain, role: .hospital, institution: Region.institutions[0], node: "his")
            let files = try authority.issue(NodeCertificateRequest(identity: identity, days: 7), now: now)
            return try CredentialFile.identity(certificate: files.certificate, key: files.key)
        }
    }
}

extension Region {
    fileprivate func gatewayChannelTLS(_ name: String) throws -> TLSContext {
        let files = credentialFiles(name)
        return try NodeCredentials(
            certificateFile: files.certificate, keyFile: files.key, trustFile: files.trust, trustDomain: Region.trustDomain
        ).clientContext()
    }
}
