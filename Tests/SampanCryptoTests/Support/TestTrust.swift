@testable import SampanCrypto

/// A throwaway trust domain: root, issuing authority, and leaves of every kind a test needs. Dates are fixed, judged at `now`.
struct TestTrust {
    /// 2027-01-15 08:00:00 UTC.
    static let now: Int64 = 1_800_000_000
    static let day: Int64 = 86_400

    let domain: String
    let root: CertificateAuthority
    let issuing: CertificateAuthority

    init(domain: String = "sampan.test") throws {
        self.domain = domain
        root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: "测试区域卫生平台", commonName: "root"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: Self.now - 400 * Self.day, lasting: 4000 * Self.day))
        let key = try PrivateKey.generate()
        let certificate = try root.issue(
            .issuing(trustDomain: domain), subject: DistinguishedName(commonName: "issuing"), key: key,
            validity: CertificateValidity(from: Self.now - 400 * Self.day, lasting: 2000 * Self.day))
        issuing = try CertificateAuthority(certificate: certificate, key: key)
    }

    func identity(
        _ path: String = "hospital/12345678/node-1", uris: [String]? = nil, purposes: CertificatePurposes = [.client, .server],
        from start: Int64 = now, lasting: Int64 = day, by authority: CertificateAuthority? = nil, profile: CertificateProfile? = nil
    ) throws -> TLSIdentity {
        let key = try PrivateKey.generate()
        let names = SubjectAlternativeNames(uris: uris ?? ["spiffe://\(domain)/\(path)"])
        let signer = authority ?? issuing
        let leaf = try signer.issue(
            profile ?? .node(names: names, purposes: purposes), subject: DistinguishedName(commonName: "node"), key: key,
            validity: CertificateValidity(from: start, lasting: lasting))
        return try TLSIdentity(chain: [leaf, signer.certificate], key: key)
    }

    func configuration(_ role: TLSRole, _ identity: TLSIdentity?) -> TLSConfiguration {
        var configuration = TLSConfiguration(
            role: role, identity: identity, trustRoots: [root.certificate], expectedTrustDomain: domain)
        configuration.verificationTime = Self.now
        return configuration
    }
}
