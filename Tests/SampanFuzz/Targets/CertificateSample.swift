internal import SampanCrypto

/// Good certificates, made anew for each run: no key lies in this repository.
enum CertificateSample {
    /// 2027-01-15 08:00:00 UTC.
    private static let now: Int64 = 1_800_000_000
    private static let validity = CertificateValidity(notBefore: now, notAfter: now + 86_400)
    private static let names = SubjectAlternativeNames(
        uris: ["spiffe://sampan.test/hospital/12330100470116100X/his-1"], dnsNames: ["localhost"], addresses: ["127.0.0.1", "::1"])

    /// One input of each kind that the target `certificate` knows.
    static func all(seed: UInt64) throws -> [[UInt8]] {
        let authority = try root()
        let key = try PrivateKey.generate()
        let subject = DistinguishedName(organization: "县医院", commonName: "node")
        let leaf = try authority.issue(.node(names: names), subject: subject, key: key, validity: validity)
        let request = try CertificateRequest.make(subject: subject, names: names, key: key)
        let entry = try RevokedCertificate(serial: leaf.serial, time: now, reason: .keyCompromise)
        let list = try authority.revocationList(number: 7, validity: validity, entries: [entry])
        return [
            [0] + leaf.der, [0] + authority.certificate.der, [1] + (try leaf.pem()) + (try authority.certificate.pem()), [2] + request.der,
            [3] + (try request.pem()), [4] + (try key.pem()), [5] + list.der, [6] + (try list.pem()),
        ]
    }

    /// A server that wants a certificate of an authority that nobody has.
    static let server = Result<TLSContext, any Error> {
        let (authority, key) = (try root(), try PrivateKey.generate())
        let leaf = try authority.issue(.node(names: names), subject: DistinguishedName(commonName: "node"), key: key, validity: validity)
        var configuration = TLSConfiguration(
            role: .server, identity: try TLSIdentity(chain: [leaf], key: key), trustRoots: [authority.certificate],
            expectedTrustDomain: "sampan.test")
        configuration.verificationTime = now
        return try TLSContext(configuration)
    }

    static func clientHello() throws -> [UInt8] {
        let connection = try TLSConnection(
            TLSContext(TLSConfiguration(role: .client, identity: nil, trustRoots: [try root().certificate], expectedTrustDomain: nil)))
        try connection.start()
        var bytes: [UInt8] = []
        connection.drainCiphertext { piece in
            bytes += piece.indices.map { piece[$0] }
            return piece.count
        }
        return bytes
    }

    private static func root() throws -> CertificateAuthority {
        try CertificateAuthority.selfSigned(
            subject: DistinguishedName(commonName: "root"), key: try PrivateKey.generate(), validity: validity)
    }
}
