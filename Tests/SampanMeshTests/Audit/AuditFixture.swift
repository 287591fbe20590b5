import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC

/// A region of one root, and signers that it has issued.
struct AuditFixture {
    static let start: Int64 = 1_800_000_000

    let root: CertificateAuthority

    init() throws {
        root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: "市卫健委", commonName: "root"), key: try PrivateKey.generate(),
            validity: CertificateValidity(from: Self.start, lasting: 86_400 * 400), trustDomain: "test")
    }

    func signer(_ node: String = "n1", from: Int64 = start, days: Int64 = 30) throws -> AuditSigner {
        let identity = try PeerIdentity(trustDomain: "test", role: .gateway, institution: "4699010001", node: node)
        let key = try PrivateKey.generate()
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [identity.uri], dnsNames: [], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: node), key: key,
            validity: CertificateValidity(from: from, lasting: days * 86_400))
        return AuditSigner(try TLSIdentity(chain: [leaf], key: key))
    }

    var trust: ChainVerifier { get throws { try ChainVerifier(roots: [root.certificate]) } }

    static func time(_ milliseconds: Int64 = 0) -> UnixTime {
        UnixTime(nanoseconds: (start + 60) * 1_000_000_000 + milliseconds * 1_000_000)
    }

    /// `index` tells them apart.
    static func record(_ index: Int, at time: UnixTime = time()) -> AuditRecord {
        AuditRecord(
            at: time, kind: .denial, actor: "spiffe://test/hospital/4699010001/his-\(index)", address: "10.0.0.1:\(index % 60_000)",
            method: "sampan.payment.v1.PaymentService/GetPayment", reason: "ROLE_NOT_ALLOWED", rules: ["规则-\(index)"],
            policyHash: [UInt8](repeating: 7, count: 32))
    }

    /// A log of `count` entries with a head over every `every`th and the last.
    static func log(_ count: Int, every: Int, _ signer: AuditSigner) throws -> (entries: [AuditEntry], heads: [AuditHead]) {
        var (entries, heads): ([AuditEntry], [AuditHead]) = ([], [])
        for index in 1...count {
            let entry = try AuditEntry(
                try record(index).serialized(), after: entries.last?.number ?? 0, entries.last?.hash ?? AuditEntry.noHash)
            entries.append(entry)
            if index % every == 0 || index == count {
                heads.append(try AuditHead(entry.number, entry.hash, at: time(Int64(index)), by: signer))
            }
        }
        return (entries, heads)
    }
}

extension AuditFixture {
    /// One that cannot sign: no commit with it works.
    func brokenSigner() throws -> AuditSigner {
        AuditSigner(chain: try signer().chain) { _, _ throws(CryptoError) in throw CryptoError(.library, "the key is away") }
    }
}
