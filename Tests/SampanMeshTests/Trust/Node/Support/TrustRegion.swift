import Glibc
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanTransport
import Testing

/// A region with real keys, whose authority is the test: valid by the real clock, since TLS judges by it.
struct TrustRegion {
    static let domain = "sampan.test"
    let root: CertificateAuthority
    let issuing: CertificateAuthority
    let signer: TLSIdentity
    let now = Int64(time(nil))

    /// `root`: one that is there already, under which only issuer and signer are new.
    init(under root: CertificateAuthority? = nil, named name: String = "root") throws {
        let validity = CertificateValidity(notBefore: now - 10 * 86_400, notAfter: now + 10 * 86_400)
        self.root =
            try root
            ?? CertificateAuthority.selfSigned(
                subject: DistinguishedName(commonName: name), key: try PrivateKey.generate(), validity: validity,
                trustDomain: Self.domain)
        let key = try PrivateKey.generate()
        let certificate = try self.root.issue(
            .issuing(trustDomain: Self.domain), subject: DistinguishedName(commonName: "issuing"), key: key, validity: validity)
        issuing = try CertificateAuthority(certificate: certificate, key: key)
        signer = try Self.signer(issuing, validity)
    }

    static func signer(
        _ issuing: CertificateAuthority, _ validity: CertificateValidity, _ uri: String = "spiffe://\(domain)/platform/region/1"
    ) throws -> TLSIdentity {
        let key = try PrivateKey.generate()
        let leaf = try issuing.issue(
            .epochSigner(names: SubjectAlternativeNames(uris: [uri])), subject: DistinguishedName(commonName: "signer"), key: key,
            validity: validity)
        return try TLSIdentity(chain: [leaf, issuing.certificate], key: key)
    }

    static let platform = "platform/region/1"

    static func path(_ institution: String = "4699010001", _ node: String = "his-1") -> String { "hospital/\(institution)/\(node)" }

    /// A node's certificate, valid from `start` to `end` seconds from now.
    func identity(_ path: String = path(), from start: Int64 = -300, to end: Int64 = 30 * 86_400) throws -> TLSIdentity {
        let key = try PrivateKey.generate()
        let leaf = try issuing.issue(
            .node(names: names(path)), subject: DistinguishedName(commonName: "node"), key: key,
            validity: CertificateValidity(notBefore: now + start, notAfter: now + end))
        return try TLSIdentity(chain: [leaf, issuing.certificate], key: key)
    }

    /// What an authority answers to a request.
    func chain(for request: [UInt8], _ path: String = path()) throws -> [[UInt8]] {
        let leaf = try issuing.issue(
            .node(names: names(path)), subject: DistinguishedName(commonName: "node"), for: CertificateRequest(der: request),
            validity: CertificateValidity(notBefore: now - 300, notAfter: now + 30 * 86_400))
        return [leaf.der, issuing.certificate.der]
    }

    private func names(_ path: String) -> SubjectAlternativeNames {
        SubjectAlternativeNames(uris: ["spiffe://\(Self.domain)/\(path)"], dnsNames: ["localhost"], addresses: ["127.0.0.1"])
    }

    func credentials(_ path: String = path(), roots: [Certificate]? = nil) throws -> NodeCredentials {
        try NodeCredentials(shown: identity(path), roots: roots ?? [root.certificate], trustDomain: Self.domain)
    }

    // MARK: Epochs

    /// The first of `roots` and `issuers` signs.
    func epoch(
        _ number: UInt64 = 1, after previous: SignedEpoch? = nil, roots: [Certificate]? = nil, issuers: [Certificate]? = nil,
        standing: TrustAnchor.Standing = .trusted, bridges: [Certificate] = [], denials: [Denial] = [], policy: String = "",
        minimumProtocol: UInt32 = 0
    ) throws -> SignedEpoch {
        func anchors(_ certificates: [Certificate]) -> [TrustAnchor] {
            certificates.enumerated().map { TrustAnchor(certificate: $1.der, standing: $0 == 0 ? .active : standing) }
        }
        let epoch = try TrustEpoch(
            number: number, previousHash: number == 1 ? [] : previous?.hash ?? [UInt8](repeating: 7, count: 32),
            trustDomain: Self.domain, issuedAt: UnixTime(seconds: now), roots: anchors(roots ?? [root.certificate]),
            issuers: anchors(issuers ?? [issuing.certificate]), bridges: bridges.map(\.der), denials: denials, policy: policy,
            minimumProtocol: minimumProtocol)
        return try sign(epoch.serialized(), bridges: bridges)
    }

    func sign(_ bytes: [UInt8], by other: TLSIdentity? = nil, bridges: [Certificate] = []) throws -> SignedEpoch {
        let signer = other ?? self.signer
        let signature = try DetachedSignature.sign(SignatureDomain(ChainEpochVerifier.domain), bytes, key: signer.key)
        return try SignedEpoch(
            epoch: bytes, signature: signature, signerChain: (signer.chain + [root.certificate] + bridges).map(\.der))
    }

    /// A folder as enrolment leaves it.
    func fill(_ folder: NodeTrustFolder, identity: TLSIdentity? = nil, epoch: SignedEpoch? = nil) throws {
        try folder.prepare()
        try folder.write(roots: [root.certificate])
        if let epoch { try folder.write(epoch) }
        try folder.write(identity ?? self.identity())
    }
}
