internal import Foundation
internal import SampanCrypto
internal import SampanTestSupport

/// A throwaway trust domain, and certificates of it that are broken in every way a test needs.
struct HandshakeTrust: Sendable {
    static let domain = "proof.test"
    static let nodePath = "hospital/12330100470116100X/his-1"
    private static let day: Int64 = 86_400

    let root: CertificateAuthority
    let issuing: CertificateAuthority
    /// A chain whose last certificate was signed with a node's key.
    let signedByNode: TLSIdentity
    let now = Int64(Date.now.timeIntervalSince1970)

    /// `folder`: for what only the `openssl` program makes.
    init(folder: String) async throws {
        let always = CertificateValidity(notBefore: now - 30 * Self.day, notAfter: now + 30 * Self.day)
        root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "proof root"), key: try PrivateKey.generate(), validity: always)
        issuing = try Self.issuer(of: root, "proof issuer", always)
        signedByNode = try await Self.signedByNode(issuing, always, folder)
    }

    /// What is left out of a good certificate, or put in its place.
    struct Wish {
        var uris = ["spiffe://\(HandshakeTrust.domain)/\(HandshakeTrust.nodePath)"]
        var purposes: CertificatePurposes = [.client, .server]
        /// Seconds from now.
        var start: Int64 = -300
        var end: Int64 = 3_600
        var issuer: CertificateAuthority?
        var profile: CertificateProfile?
        /// In place of the issuer's certificate.
        var above: [Certificate]?
    }

    func identity(_ change: (inout Wish) -> Void = { _ in }) throws -> TLSIdentity {
        var wish = Wish()
        change(&wish)
        let key = try PrivateKey.generate()
        let issuer = wish.issuer ?? issuing
        let leaf = try issuer.issue(
            wish.profile ?? .node(names: SubjectAlternativeNames(uris: wish.uris), purposes: wish.purposes),
            subject: DistinguishedName(commonName: "node"), key: key,
            validity: CertificateValidity(notBefore: now + wish.start, notAfter: now + wish.end))
        return try TLSIdentity(chain: [leaf] + (wish.above ?? [issuer.certificate]), key: key)
    }

    func configuration(_ role: TLSRole, _ identity: TLSIdentity?) -> TLSConfiguration {
        TLSConfiguration(role: role, identity: identity, trustRoots: [root.certificate], expectedTrustDomain: Self.domain)
    }

    /// A root that nobody else has.
    func otherRoot() throws -> CertificateAuthority {
        try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "foreign root"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: now, lasting: Self.day))
    }

    /// One of nobody's trust.
    func foreign() throws -> TLSIdentity {
        let other = try otherRoot()
        return try identity { $0.issuer = other }
    }

    /// Signed by an authority below the one that may have none below.
    func tooDeep() throws -> TLSIdentity {
        let below = try Self.issuer(of: issuing, "issuer below it", CertificateValidity(from: now, lasting: Self.day))
        return try identity {
            $0.issuer = below
            $0.above = [below.certificate, issuing.certificate]
        }
    }

    /// A good certificate whose signature was changed afterwards.
    func forged() throws -> TLSIdentity {
        let good = try identity()
        var bytes = good.leaf.der
        if let last = bytes.indices.last { bytes[last] ^= 1 }
        return try TLSIdentity(chain: [try Certificate(der: bytes), issuing.certificate], key: good.key)
    }

    /// A key whose public half is the certificate's, and whose private half is not.
    func withOtherKey() throws -> TLSIdentity {
        let (good, other) = (try identity(), try PrivateKey.generate())
        var bytes = try Self.der(good.key)
        // PKCS #8 of a P-256 key has its 32 private bytes there, whatever they are (RFC 5958, RFC 5915).
        bytes.replaceSubrange(36..<68, with: try Self.der(other)[36..<68])
        let text = "-----BEGIN PRIVATE KEY-----\n\(Data(bytes).base64EncodedString())\n-----END PRIVATE KEY-----\n"
        return try TLSIdentity(chain: good.chain, key: try PrivateKey(pem: Array(text.utf8)))
    }

    private static func der(_ key: PrivateKey) throws -> [UInt8] {
        let lines = String(decoding: try key.pem(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("-") }
        guard let bytes = Data(base64Encoded: lines.joined()), bytes.count > 68 else { throw HarnessError("a key of another form") }
        return Array(bytes)
    }

    /// The name has to be another than the parent's: an authority that issues to itself is not counted (RFC 5280 §4.2.1.9).
    private static func issuer(
        of parent: CertificateAuthority, _ name: String, _ validity: CertificateValidity
    ) throws -> CertificateAuthority {
        let key = try PrivateKey.generate()
        let certificate = try parent.issue(
            .issuing(trustDomain: nil), subject: DistinguishedName(commonName: name), key: key, validity: validity)
        return try CertificateAuthority(certificate: certificate, key: key)
    }

    private static func signedByNode(
        _ issuing: CertificateAuthority, _ validity: CertificateValidity, _ folder: String
    ) async throws -> TLSIdentity {
        let key = try PrivateKey.generate()
        let uri = "spiffe://\(domain)/\(nodePath)"
        let node = try issuing.issue(
            .node(names: SubjectAlternativeNames(uris: [uri])), subject: DistinguishedName(commonName: "node"), key: key,
            validity: validity)
        for (name, bytes) in [("node.pem", try node.pem()), ("node.key", try key.pem())] {
            let mode: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes), attributes: mode) else {
                throw HarnessError("\(folder)/\(name) could not be written")
            }
        }
        _ = try await FinishedProgram.output(
            of: "/usr/bin/openssl",
            [
                "req", "-x509", "-CA", "\(folder)/node.pem", "-CAkey", "\(folder)/node.key", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-keyout", "\(folder)/a.key", "-out", "\(folder)/a.pem", "-subj",
                "/CN=a",
                "-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=URI:\(uri)",
                "-addext", "keyUsage=critical,digitalSignature", "-addext", "extendedKeyUsage=serverAuth,clientAuth",
            ], timeout: .seconds(20))
        let made = try CredentialFile.identity(certificate: "\(folder)/a.pem", key: "\(folder)/a.key")
        return try TLSIdentity(chain: [made.leaf, node, issuing.certificate], key: made.key)
    }
}
