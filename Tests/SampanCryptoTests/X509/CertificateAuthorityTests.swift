@testable import SampanCrypto
import Testing

@Suite("Issuing certificates")
struct CertificateAuthorityTests {
    let trust: TestTrust
    let names = SubjectAlternativeNames(
        uris: ["spiffe://sampan.test/hospital/12345678/his-1"], dnsNames: ["localhost"], addresses: ["127.0.0.1"])

    init() throws {
        trust = try TestTrust()
    }

    private func leaf(organization: String? = nil, lasting: Int64 = TestTrust.day) throws -> Certificate {
        try trust.issuing.issue(
            .node(names: names), subject: DistinguishedName(organization: organization, commonName: "his-1"),
            key: try PrivateKey.generate(), validity: CertificateValidity(from: TestTrust.now, lasting: lasting))
    }

    @Test("OpenSSL's own program verifies the chain strictly and reads the same", arguments: ["sslserver", "sslclient"])
    func foreignVerifier(purpose: String) throws {
        let directory = try TemporaryDirectory()
        _ = try directory.write(try trust.root.certificate.pem(), "root.pem")
        _ = try directory.write(try trust.issuing.certificate.pem(), "issuing.pem")
        _ = try directory.write(try leaf(organization: "某县人民医院").pem(), "leaf.pem")
        let verified = try directory.openssl(
            "verify", "-x509_strict", "-attime", "\(TestTrust.now)", "-purpose", purpose, "-CAfile", "root.pem", "-untrusted",
            "issuing.pem", "leaf.pem")
        #expect(verified.status == 0, "\(verified.output)")
        let text = try directory.openssl("x509", "-in", "leaf.pem", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus").output
        #expect(text.contains("O=某县人民医院,CN=his-1"))
        #expect(text.contains("X509v3 Basic Constraints: critical\n                CA:FALSE"))
        #expect(text.contains("X509v3 Key Usage: critical\n                Digital Signature\n"))
        #expect(text.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
        #expect(text.contains("URI:spiffe://sampan.test/hospital/12345678/his-1, DNS:localhost, IP Address:127.0.0.1"))
        #expect(text.contains("NIST CURVE: P-256"))
        let issuing = try directory.openssl("x509", "-in", "issuing.pem", "-noout", "-text").output
        #expect(issuing.contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0"))
    }

    @Test("what is read back is what was asked for")
    func roundTrip() throws {
        let made = try leaf(organization: "测试医院")
        let certificate = try #require(try Certificate.list(pem: try made.pem()).first)
        #expect(certificate == made)
        #expect(certificate.subject == DistinguishedName(organization: "测试医院", commonName: "his-1"))
        #expect(certificate.alternativeNames == names)
        #expect(certificate.purposes == [.client, .server])
        #expect(certificate.validity == CertificateValidity(notBefore: TestTrust.now - 300, notAfter: TestTrust.now + 86_400))
        #expect(certificate.issuerKeyID == trust.issuing.certificate.subjectKeyID)
        #expect(!certificate.issuerKeyID.isEmpty && !certificate.isAuthority)
        #expect(certificate.issuer.commonName == "issuing")
    }

    @Test("serials have 128 bits and differ")
    func serials() throws {
        let serials = try (0..<20).map { _ in try leaf().serial }
        #expect(Set(serials).count == 20)
        #expect(serials.allSatisfy { $0.count <= 16 } && serials.contains { $0.count == 16 })
    }

    @Test("a certificate never outlives its issuer")
    func cutToIssuer() throws {
        let long = try leaf(lasting: 36_500 * TestTrust.day)
        #expect(long.validity?.notAfter == trust.issuing.certificate.validity?.notAfter)
        let end = try #require(trust.issuing.certificate.validity?.notAfter)
        let error = try #require(throws: CryptoError.self) {
            try trust.issuing.issue(
                .node(names: names), subject: DistinguishedName(commonName: "n"), key: try PrivateKey.generate(),
                validity: CertificateValidity(from: end + 301, lasting: 60))
        }
        #expect(error.reason == .outsideIssuerValidity)
    }

    @Test(
        "names that would become two, or none, are refused",
        arguments: ["", "a b", "a\nb", "医院", "a\u{0}b", String(repeating: "a", count: 2049)])
    func badNames(name: String) throws {
        let error = try #require(throws: CryptoError.self) {
            try trust.issuing.issue(
                .node(names: SubjectAlternativeNames(uris: [name])), subject: DistinguishedName(commonName: "n"),
                key: try PrivateKey.generate(), validity: CertificateValidity(from: TestTrust.now, lasting: 60))
        }
        #expect(error.reason == .badName)
    }

    @Test("a comma stays inside one name")
    func comma() throws {
        let names = SubjectAlternativeNames(uris: ["spiffe://a/b,URI:spiffe://c/d"])
        let certificate = try trust.issuing.issue(
            .node(names: names), subject: DistinguishedName(commonName: "n"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: TestTrust.now, lasting: 60))
        #expect(certificate.alternativeNames == names)
    }

    @Test(
        "subject names of 64 characters pass, 65 and control characters do not",
        arguments: [("医", 64, true), ("医", 65, false), ("\u{7}", 1, false)])
    func subjects(character: String, count: Int, good: Bool) throws {
        let organization = String(repeating: character, count: count)
        if good {
            #expect(try leaf(organization: organization).subject.organization == organization)
        } else {
            #expect(throws: CryptoError.self) { try leaf(organization: organization) }
        }
    }

    @Test("a leaf, or another's key, makes no authority")
    func notAnAuthority() throws {
        let key = try PrivateKey.generate()
        let identity = try trust.identity()
        #expect(throws: CryptoError(.notAnAuthority, "the certificate may not sign others")) {
            try CertificateAuthority(certificate: identity.leaf, key: identity.key)
        }
        let error = try #require(throws: CryptoError.self) { try CertificateAuthority(certificate: trust.root.certificate, key: key) }
        #expect(error.reason == .keyMismatch)
    }
}
