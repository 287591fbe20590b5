internal import SampanCrypto

/// Certificates that are broken, on either side of two that otherwise keep the rules.
extension HandshakeFixture {
    typealias Make = @Sendable (HandshakeTrust) throws -> TLSIdentity?

    private static let day: Int64 = 86_400

    private static func client(_ name: String, server: HandshakeResult, client: HandshakeResult, _ make: @escaping Make) -> HandshakeFixture
    {
        HandshakeFixture("client: \(name)", server: server, client: client) { stage in
            let trust = stage.trust
            return try await stage.meet(
                server: trust.configuration(.server, try trust.identity()), client: trust.configuration(.client, try make(trust)))
        }
    }

    private static func client(_ name: String, _ both: HandshakeResult, _ make: @escaping Make) -> HandshakeFixture {
        client(name, server: both, client: both, make)
    }

    private static func server(_ name: String, _ both: HandshakeResult, _ make: @escaping Make) -> HandshakeFixture {
        HandshakeFixture("server: \(name)", both) { stage in
            let trust = stage.trust
            return try await stage.meet(
                server: trust.configuration(.server, try make(trust)), client: trust.configuration(.client, try trust.identity()))
        }
    }

    private static func names(_ uris: String...) -> Make {
        { trust in try trust.identity { $0.uris = uris } }
    }

    private static func valid(from start: Int64, to end: Int64) -> Make {
        { trust in
            try trust.identity {
                $0.start = start
                $0.end = end
            }
        }
    }

    private static func purposes(_ purposes: CertificatePurposes) -> Make {
        { trust in try trust.identity { $0.purposes = purposes } }
    }

    private static let otherDomain = names("spiffe://elsewhere.test/\(HandshakeTrust.nodePath)")
    private static let twoNames = names("spiffe://proof.test/hospital/1/a", "spiffe://proof.test/platform/1/a")
    private static let authority: Make = { trust in
        try trust.identity {
            $0.issuer = trust.root
            $0.profile = .issuing(trustDomain: nil)
        }
    }
    private static let alone: Make = { trust in try trust.identity { $0.above = [] } }
    private static let selfSigned: Make = { trust in
        let key = try PrivateKey.generate()
        let own = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "self"), key: key, validity: CertificateValidity(from: trust.now, lasting: day))
        return try TLSIdentity(chain: [own.certificate], key: key)
    }

    static let clientCertificates: [HandshakeFixture] = [
        client("no certificate", .certificateVerificationFailed) { _ in nil },
        client("of a foreign authority", .certificateAuthorityInvalid) { try $0.foreign() },
        client("signed by itself", .certificateAuthorityInvalid, selfSigned),
        client("issuing certificate not sent", .certificateAuthorityInvalid, alone),
        client("signed by a node", .certificateAuthorityInvalid) { $0.signedByNode },
        client("an authority below the last one", .certificateAuthorityInvalid) { try $0.tooDeep() },
        client("expired", .certificateExpired, valid(from: -2 * day, to: -day)),
        client("expired a minute ago", .certificateExpired, valid(from: -day, to: -60)),
        client("not yet valid", .certificateNotYetValid, valid(from: day, to: 2 * day)),
        client("for servers only", .certificateVerificationFailed, purposes(.server)),
        client("for no purpose", .certificateVerificationFailed, purposes([])),
        client("an authority's", .certificateVerificationFailed, authority),
        client("two URI names", .certificateMalformed, twoNames),
        client("no URI name", .certificateMalformed, names()),
        client("of another trust domain", .certificateHostnameMismatch, otherDomain),
        client("a URI that is no SPIFFE name", .certificateHostnameMismatch, names("https://proof.test/hospital/1/a")),
        client("signature changed", .signatureVerificationFailed) { try $0.forged() },
        client("private key of another certificate", .signatureVerificationFailed) { try $0.withOtherKey() },
        client("a chain of 40 KB", .unexpectedMessage) { trust in
            try trust.identity { $0.above = Array(repeating: trust.issuing.certificate, count: 120) }
        },
    ]

    static let serverCertificates: [HandshakeFixture] = [
        server("of a foreign authority", .certificateAuthorityInvalid) { try $0.foreign() },
        server("signed by itself", .certificateAuthorityInvalid, selfSigned),
        server("issuing certificate not sent", .certificateAuthorityInvalid, alone),
        server("signed by a node", .certificateAuthorityInvalid) { $0.signedByNode },
        server("expired", .certificateExpired, valid(from: -2 * day, to: -day)),
        server("not yet valid", .certificateNotYetValid, valid(from: day, to: 2 * day)),
        server("for clients only", .certificateVerificationFailed, purposes(.client)),
        server("an authority's", .certificateVerificationFailed, authority),
        server("two URI names", .certificateMalformed, twoNames),
        server("no URI name", .certificateMalformed, names()),
        server("of another trust domain", .certificateHostnameMismatch, otherDomain),
        server("signature changed", .signatureVerificationFailed) { try $0.forged() },
        server("private key of another certificate", .signatureVerificationFailed) { try $0.withOtherKey() },
        server("a chain of 40 KB", .unexpectedMessage) { trust in
            try trust.identity { $0.above = Array(repeating: trust.issuing.certificate, count: 120) }
        },
    ]

    /// Certificates that are in order, and a judge who says no, or whose clock is wrong.
    static let judgements: [HandshakeFixture] = [
        judged("nothing", .success, .success) { _, _ in },
        judged("server's policy refuses the client", .certificateVerificationFailed, .certificateVerificationFailed) { server, _ in
            server.verdict = { _ in .refused }
        },
        judged("client's policy refuses the server", .certificateVerificationFailed, .certificateVerificationFailed) { _, client in
            client.verdict = { _ in .refused }
        },
        judged("server's clock a day ahead", .certificateExpired, .certificateExpired) { server, _ in
            server.verificationTime = server.verificationTime.map { $0 + day }
        },
        // The alert says no more than that the certificate is bad, and by its own clock the client finds nothing.
        judged("server's clock a day behind", .certificateNotYetValid, .certificateVerificationFailed) { server, _ in
            server.verificationTime = server.verificationTime.map { $0 - day }
        },
        judged("client's clock a day ahead", .certificateExpired, .certificateExpired) { _, client in
            client.verificationTime = client.verificationTime.map { $0 + day }
        },
        judged("client without ALPN", .noApplicationProtocol, .noApplicationProtocol) { _, client in client.applicationProtocols = [] },
        judged("client for HTTP/1.1 by ALPN", .noApplicationProtocol, .noApplicationProtocol) { _, client in
            client.applicationProtocols = ["http/1.1"]
        },
        judged("server for HTTP/1.1 by ALPN", .noApplicationProtocol, .noApplicationProtocol) { server, _ in
            server.applicationProtocols = ["http/1.1"]
        },
        // The server has no question to ask, and the client closes with close_notify.
        judged("server without ALPN", .success, .noApplicationProtocol) { server, _ in server.applicationProtocols = [] },
    ]

    private static func judged(
        _ name: String, _ server: HandshakeResult, _ client: HandshakeResult,
        _ change: @escaping @Sendable (inout TLSConfiguration, inout TLSConfiguration) -> Void
    ) -> HandshakeFixture {
        HandshakeFixture("both in order: \(name)", server: server, client: client) { stage in
            let trust = stage.trust
            var server = trust.configuration(.server, try trust.identity())
            var client = trust.configuration(.client, try trust.identity())
            server.verificationTime = trust.now
            client.verificationTime = trust.now
            change(&server, &client)
            return try await stage.meet(server: server, client: client)
        }
    }
}
