import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanStorage
import SampanTestSupport
import StoreTestSupport

@testable import sampan_verify

/// A log in a directory of its own, sealed by the product and looked at by the separate verifier.
final class VerifierFixture: Sendable {
    static let start: Int64 = 1_800_000_000
    let directory: TemporaryDirectory
    let root: CertificateAuthority
    let signer: AuditSigner
    let keys: AuditPersonKeys

    init() throws {
        directory = try TemporaryDirectory()
        let validity = CertificateValidity(from: Self.start, lasting: 86_400 * 400)
        root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: "市卫健委", commonName: "root"), key: try PrivateKey.generate(), validity: validity,
            trustDomain: "test")
        let identity = try PeerIdentity(trustDomain: "test", role: .platform, institution: "4699010000", node: "p1")
        let key = try PrivateKey.generate()
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [identity.uri], dnsNames: [], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: "p1"), key: key, validity: validity)
        signer = AuditSigner(try TLSIdentity(chain: [leaf], key: key))
        guard let keys = AuditPersonKeys(secret: [UInt8](repeating: 5, count: 32)) else { throw DomainError(field: "secret", message: "") }
        self.keys = keys
    }

    var path: String { directory.file("audit.db") }
    var trust: ChainVerifier { get throws { try ChainVerifier(roots: [root.certificate]) } }

    static func time(_ milliseconds: Int64 = 0) -> UnixTime {
        UnixTime(nanoseconds: (start + 60) * 1_000_000_000 + milliseconds * 1_000_000)
    }

    func open(_ sealing: AuditSealing = AuditSealing()) async throws -> AuditLog {
        var time = AuditTime(now: { Self.time() })
        // Sealed when the test says so, or at the end.
        time.rest = { _ in await Waiting.untilCancelled() }
        let signer = signer
        return try await AuditLog.open(path: path, signer: { signer }, time: time, sealing: sealing) { _ in }
    }

    func pseudonym(_ person: Int64) throws -> AuditPseudonym { try keys.pseudonym(of: try EnterpriseID(person)) }

    /// `index` tells them apart.
    func record(_ index: Int, about person: Int64) throws -> AuditRecord {
        let isRefused = index.isMultiple(of: 7)
        return AuditRecord(
            at: Self.time(Int64(index)), kind: .access, actor: "spiffe://test/hospital/4699010001/his", address: "10.0.0.1:50051",
            method: "sampan.records.v1.RecordService/GetDocument", reason: isRefused ? "NO_GRANT" : "GRANTED",
            access: AuditAccess(
                of: try pseudonym(person), institution: "4699010001", staff: try StaffID("doc\(index % 5)"), role: "physician",
                documentID: "D\(index)", documentVersion: 2, documentKind: .labReport, operation: .read, purpose: .treatment,
                grantID: isRefused ? "" : "G\(index)", emergencyReason: "", decision: isRefused ? .deny : .permit, node: "县医院一号"))
    }

    /// Writes `count` entries about `people` persons, among them some about nobody.
    func fill(_ log: AuditLog, _ count: Int, people: Int64, from first: Int = 1) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in first..<first + count {
                let record =
                    index.isMultiple(of: 11)
                    ? AuditRecord(at: Self.time(Int64(index)), kind: .admin, detail: "第 \(index) 件")
                    : try record(index, about: Int64(index) % people + 1)
                group.addTask { try await log.append(record) }
            }
            try await group.waitForAll()
        }
    }

    /// What the verifier says of a file with one message: nil where it holds.
    func fault(_ file: [UInt8], known: TreeHead? = nil, personKey: [UInt8]? = nil) throws -> VerifyError? {
        let path = directory.file("verified")
        try WholeFile.write(file, to: path, mode: 0o600, overwrite: true)
        let trust = try trust
        do throws(VerifyError) {
            _ = try VerifyProgram.verify(path, trust: trust, known: known, personKey: personKey)
            return nil
        } catch {
            return error
        }
    }

    func export(from first: UInt64 = 1, through last: UInt64? = nil) throws -> [UInt8] {
        let bytes = Gathered()
        _ = try AuditArchive(path: path).export(from: first, through: last) { bytes.all += $0 }
        return bytes.all
    }
}

private final class Gathered { var all: [UInt8] = [] }
