@testable import SampanCrypto
import Testing

@Suite("Chains outside of TLS")
struct ChainVerifierTests {
    private let trust: TestTrust
    private let verifier: ChainVerifier
    private let signer: TLSIdentity

    init() throws {
        trust = try TestTrust()
        verifier = try ChainVerifier(roots: [trust.root.certificate])
        let names = SubjectAlternativeNames(uris: ["spiffe://sampan.test/platform/region/authority"])
        signer = try trust.identity(profile: .epochSigner(names: names))
    }

    private func failure(
        _ leaf: Certificate, _ intermediates: [Certificate], at time: Int64 = TestTrust.now, for purpose: ChainPurpose = .epochSigner,
        by verifier: ChainVerifier? = nil
    ) -> ChainError? {
        do {
            _ = try (verifier ?? self.verifier).verify(leaf, intermediates: intermediates, at: time, for: purpose)
            return nil
        } catch { return error }
    }

    @Test("the chain comes back as values, leaf first and root last")
    func values() throws {
        let stranger = try TestTrust(domain: "other.test")
        let shown = [stranger.issuing.certificate, trust.issuing.certificate, trust.root.certificate, signer.leaf]
        let chain = try verifier.verify(signer.leaf, intermediates: shown, at: TestTrust.now, for: .epochSigner)
        let expected = [signer.leaf, trust.issuing.certificate, trust.root.certificate]
        #expect(chain.members.map(\.fingerprint) == expected.map(\.fingerprint))
        #expect(chain.members.map(\.serial) == expected.map(\.serial))
        #expect(chain.members.map(\.issuerKeyID) == expected.map(\.issuerKeyID))
        #expect(chain.members.map(\.validity) == expected.map(\.validity))
        #expect(chain.issuers == [chain.members[1]])
        #expect(chain.validity == signer.leaf.validity)
    }

    @Test("each certificate is good for its own purposes", arguments: ChainPurpose.allCases)
    func purposes(purpose: ChainPurpose) throws {
        let kinds: [(Certificate, Set<ChainPurpose>)] = [
            (signer.leaf, [.epochSigner]), (try trust.identity().leaf, [.server, .client]),
            (try trust.identity(purposes: .client).leaf, [.client]), (try trust.identity(purposes: []).leaf, []),
            (trust.issuing.certificate, [.authority]), (trust.root.certificate, [.authority]),
        ]
        for (certificate, good) in kinds {
            let error = failure(certificate, [trust.issuing.certificate], for: purpose)
            #expect((error == nil) == good.contains(purpose))
            if let error { #expect(error.reason == .wrongPurpose && error.index == 0) }
        }
    }

    @Test(
        "within the dates; OpenSSL counts the last second as past",
        arguments: [(-301, .notYetValid), (-300, nil), (86_399, nil), (86_400, .expired)] as [(Int64, ChainError.Reason?)])
    func dates(offset: Int64, expected: ChainError.Reason?) {
        #expect(failure(signer.leaf, [trust.issuing.certificate], at: TestTrust.now + offset)?.reason == expected)
    }

    @Test("an issuer that expired is named by its place")
    func expiredIssuer() throws {
        // A leaf ends no later than its issuer: here together with it.
        let leaf = try trust.identity(lasting: 4000 * TestTrust.day).leaf
        let end = try #require(trust.issuing.certificate.validity?.notAfter)
        #expect(leaf.validity?.notAfter == end)
        let error = failure(leaf, [trust.issuing.certificate], at: end, for: .client)
        #expect(error?.reason == .expired && error?.index == 1)
        #expect(failure(leaf, [trust.issuing.certificate], at: end - 1, for: .client) == nil)
    }

    @Test("a missing issuer, no roots, another root of the same name, a forged leaf")
    func broken() throws {
        #expect(failure(signer.leaf, [])?.reason == .unknownIssuer)
        #expect(failure(signer.leaf, [trust.issuing.certificate], by: try ChainVerifier(roots: []))?.reason == .unknownIssuer)
        let other = try ChainVerifier(roots: [try TestTrust().root.certificate])
        #expect(failure(signer.leaf, [trust.issuing.certificate], by: other)?.reason == .unknownIssuer)
        // An issuer in the middle is no root, even when it is trusted as one.
        let middle = try ChainVerifier(roots: [trust.issuing.certificate])
        #expect(failure(signer.leaf, [], by: middle)?.reason == .unknownIssuer)
        var der = signer.leaf.der
        der[der.count - 1] ^= 1
        #expect(failure(try Certificate(der: der), [trust.issuing.certificate])?.reason == .badSignature)
        #expect(throws: CryptoError(.notAnAuthority, "a trusted root is not an authority")) { try ChainVerifier(roots: [signer.leaf]) }
    }

    @Test("a node's certificate signs no other, and an issuing one no authority")
    func notAnAuthority() throws {
        let node = try trust.identity()
        let leaf = try trust.identity(by: CertificateAuthority(unchecked: node.leaf, key: node.key)).leaf
        #expect(failure(leaf, [node.leaf, trust.issuing.certificate], for: .client)?.reason == .notAnAuthority)

        let key = try PrivateKey.generate()
        let below = try trust.issuing.issue(
            .issuing(trustDomain: nil), subject: DistinguishedName(commonName: "below"), key: key,
            validity: CertificateValidity(from: TestTrust.now, lasting: 60))
        let far = try trust.identity(by: CertificateAuthority(certificate: below, key: key)).leaf
        #expect(failure(far, [below, trust.issuing.certificate], for: .client)?.reason == .tooLong)
    }

    @Test("more intermediates than are looked at")
    func tooMany() {
        let many = [Certificate](repeating: trust.issuing.certificate, count: ChainVerifier.intermediateLimit)
        #expect(failure(signer.leaf, many) == nil)
        #expect(failure(signer.leaf, many + [trust.root.certificate])?.reason == .tooLong)
    }

    @Test("who knows the old root only follows a bridge to what the new root signs; without it, or by a bridge of others, not")
    func bridge() throws {
        let new = try TestTrust(domain: "sampan.test")
        let validity = CertificateValidity(from: TestTrust.now, lasting: 30 * TestTrust.day)
        let bridge = try trust.root.bridge(to: new.root.certificate, validity: validity)
        #expect(bridge.subjectKeyID == new.root.certificate.subjectKeyID && bridge.issuerKeyID == trust.root.certificate.subjectKeyID)
        #expect(bridge.subject == new.root.certificate.subject && bridge.isAuthority && bridge.validity == validity)

        let leaf = try new.identity(profile: .epochSigner(names: SubjectAlternativeNames(uris: ["spiffe://sampan.test/platform/r/a"]))).leaf
        let shown = [bridge, new.issuing.certificate]
        let chain = try verifier.verify(leaf, intermediates: shown, at: TestTrust.now, for: .epochSigner)
        #expect(chain.issuers.map(\.fingerprint) == [new.issuing.certificate.fingerprint, bridge.fingerprint])
        // Who knows both needs none.
        let both = try ChainVerifier(roots: [trust.root.certificate, new.root.certificate])
        #expect(try both.verify(leaf, intermediates: shown, at: TestTrust.now, for: .epochSigner).issuers.count == 1)

        #expect(failure(leaf, [new.issuing.certificate])?.reason == .unknownIssuer)
        #expect(failure(leaf, shown, at: TestTrust.now + 31 * TestTrust.day)?.reason == .expired)
        let stranger = try TestTrust().root.bridge(to: new.root.certificate, validity: validity)
        #expect(failure(leaf, [stranger, new.issuing.certificate]) != nil)
        let directory = try TemporaryDirectory()
        _ = try directory.write(try trust.root.certificate.pem(), "root.pem")
        _ = try directory.write(try shown.flatMap { try $0.pem() }, "shown.pem")
        _ = try directory.write(try new.identity().leaf.pem(), "leaf.pem")
        let verified = try directory.openssl(
            "verify", "-x509_strict", "-attime", "\(TestTrust.now)", "-purpose", "sslclient", "-CAfile", "root.pem", "-untrusted",
            "shown.pem",
            "leaf.pem")
        #expect(verified.status == 0, "\(verified.output)")
    }

    @Test("a bridge leads to roots only, no longer than either root, and only as far as issuers")
    func bridgeLimits() throws {
        let validity = CertificateValidity(from: TestTrust.now, lasting: 100_000 * TestTrust.day)
        for certificate in [trust.issuing.certificate, signer.leaf] {
            let error = try #require(throws: CryptoError.self) { try trust.root.bridge(to: certificate, validity: validity) }
            #expect(error.reason == .notAnAuthority)
        }
        let short = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "short"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: TestTrust.now, lasting: 60), trustDomain: "sampan.test")
        let bridge = try trust.root.bridge(to: short.certificate, validity: validity)
        #expect(bridge.validity == short.certificate.validity && bridge.alternativeNames?.uris == ["spiffe://sampan.test"])
        let old = CertificateValidity(from: TestTrust.now - 10_000 * TestTrust.day, lasting: 60)
        let error = try #require(throws: CryptoError.self) { try trust.root.bridge(to: short.certificate, validity: old) }
        #expect(error.reason == .outsideIssuerValidity)
    }

    @Test("an issuer that is narrowed to TLS vouches for no epoch signer")
    func narrowedIssuer() throws {
        let directory = try TemporaryDirectory()
        let key = try PrivateKey.generate()
        let request = try CertificateRequest.make(
            subject: DistinguishedName(commonName: "narrow"), names: SubjectAlternativeNames(), key: key)
        let configuration = """
            [ca]\ndefault_ca=a\n[a]\ndatabase=index\nnew_certs_dir=.\ndefault_md=sha256\nrand_serial=yes\npolicy=p\nx509_extensions=e
            [p]\ncommonName=supplied
            [e]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\nextendedKeyUsage=clientAuth

            """
        for (bytes, name) in [
            (try request.pem(), "a.csr"), (try trust.root.certificate.pem(), "root.pem"), (try trust.root.key.pem(), "root.key"),
            (Array(configuration.utf8), "c"), ([], "index"),
        ] { _ = try directory.write(bytes, name) }
        let made = try directory.openssl(
            "ca", "-config", "c", "-batch", "-notext", "-in", "a.csr", "-cert", "root.pem", "-keyfile", "root.key",
            "-startdate", "20261001000000Z", "-enddate", "20280101000000Z", "-out", "narrow.pem")
        #expect(made.status == 0, "\(made.output)")
        let narrow = try #require(try CredentialFile.certificates("\(directory.path)/narrow.pem").first)
        let issuer = try CertificateAuthority(certificate: narrow, key: key)
        let signer = try trust.identity(by: issuer, profile: .epochSigner(names: SubjectAlternativeNames(uris: ["spiffe://sampan.test/a"])))
        let error = failure(signer.leaf, [narrow])
        #expect(error?.reason == .wrongPurpose && error?.index == 1)
        #expect(failure(try trust.identity(by: issuer).leaf, [narrow], for: .client) == nil)
    }

    @Test("an epoch signer cannot speak TLS")
    func signerAsPeer() throws {
        for role in [TLSRole.client, .server] {
            let other = try TLSContext(trust.configuration(role == .client ? .server : .client, try trust.identity()))
            let own = try TLSContext(trust.configuration(role, signer))
            let pair = try role == .client ? TLSPair(client: own, server: other) : TLSPair(client: other, server: own)
            pair.handshake()
            let error = role == .client ? pair.serverError : pair.clientError
            #expect(error?.reason == .wrongPurpose)
        }
    }

    @Test("the signer's purpose is read by its OID, and is not mixed with others")
    func purposeOID() throws {
        #expect(signer.leaf.purposes == .epochSigner && signer.leaf.keyUsages == .digitalSignature)
        let directory = try TemporaryDirectory()
        _ = try directory.write(try signer.leaf.pem(), "a.pem")
        #expect(try directory.openssl("x509", "-in", "a.pem", "-noout", "-text").output.contains(CertificatePurposes.epochSignerOID))
        for (usage, expected) in [
            ("\(CertificatePurposes.epochSignerOID)", CertificatePurposes.epochSigner),
            ("\(CertificatePurposes.epochSignerOID),clientAuth", .client),
            ("\(CertificatePurposes.epochSignerOID),1.2.3.4", []), ("1.2.3.4", []), ("anyExtendedKeyUsage", []),
        ] {
            let made = try directory.openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k", "-subj", "/CN=a",
                "-addext",
                "extendedKeyUsage=\(usage)", "-out", "b.pem")
            #expect(made.status == 0, "\(made.output)")
            #expect(try CredentialFile.certificates("\(directory.path)/b.pem").first?.purposes == expected)
        }
    }
}
