import Glibc
import SampanCrypto
import SampanTransport

/// A throwaway trust domain whose nodes listen on loopback: valid by the real clock, since foreign peers judge by it too.
struct LoopbackTrust {
    let domain: String
    let root: CertificateAuthority
    let issuing: CertificateAuthority
    private let now = Int64(time(nil))

    /// `root`: one that is there already, under which only the issuing authority is new.
    init(domain: String = "region.test", under root: CertificateAuthority? = nil) throws {
        self.domain = domain
        let validity = CertificateValidity(notBefore: now - 10 * 86_400, notAfter: now + 86_400)
        let root =
            try root
            ?? CertificateAuthority.selfSigned(
                subject: DistinguishedName(commonName: "root"), key: try PrivateKey.generate(), validity: validity)
        self.root = root
        let key = try PrivateKey.generate()
        let certificate = try root.issue(
            .issuing(trustDomain: nil), subject: DistinguishedName(commonName: "issuing"), key: key, validity: validity)
        issuing = try CertificateAuthority(certificate: certificate, key: key)
    }

    /// A node's certificate, valid from `start` to `end` seconds from now.
    func identity(_ path: String, from start: Int64 = -300, to end: Int64 = 3_600, domain: String? = nil) throws -> TLSIdentity {
        let key = try PrivateKey.generate()
        let names = SubjectAlternativeNames(
            uris: ["spiffe://\(domain ?? self.domain)/\(path)"], dnsNames: ["localhost"], addresses: ["127.0.0.1"])
        let leaf = try issuing.issue(
            .node(names: names), subject: DistinguishedName(commonName: "node"), key: key,
            validity: CertificateValidity(notBefore: now + start, notAfter: now + end))
        return try TLSIdentity(chain: [leaf, issuing.certificate], key: key)
    }

    /// What a node shows and believes; `roots` in place of the domain's own.
    func credentials(
        _ path: String, roots: [Certificate]? = nil, from start: Int64 = -300, to end: Int64 = 3_600
    ) throws -> NodeCredentials {
        try NodeCredentials(
            shown: identity(path, from: start, to: end), roots: roots ?? [root.certificate], trustDomain: domain)
    }

    func server(_ identity: TLSIdentity? = nil) throws -> TLSContext {
        try context(.server, identity ?? self.identity("platform/12330100470116100X/node-1"))
    }

    func client(_ identity: TLSIdentity? = nil) throws -> TLSContext {
        try context(.client, identity ?? self.identity("hospital/12330100470116100X/his-1"))
    }

    func context(_ role: TLSRole, _ identity: TLSIdentity?) throws -> TLSContext {
        try TLSContext(
            TLSConfiguration(role: role, identity: identity, trustRoots: [root.certificate], expectedTrustDomain: domain))
    }
}
