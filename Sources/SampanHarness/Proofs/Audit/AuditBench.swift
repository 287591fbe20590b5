internal import Foundation
internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanRPC
internal import SampanTestSupport

/// Audit logs in a folder of their own, with a signer that one root has issued: what the proof `audit` writes into and looks at.
struct AuditBench: Sendable {
    let folder: String
    let signer: AuditSigner
    private let keys: AuditPersonKeys
    /// Persons of the region.
    static let people: Int64 = 2_000_000

    /// Makes the folder, `roots.pem` and the key of the signer in it; goes on with what is there.
    init(folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let keys = AuditPersonKeys(secret: [UInt8](repeating: 9, count: 32)) else { throw HarnessError("no secret") }
        self.keys = keys
        let (certificate, key) = ("\(folder)/node.pem", "\(folder)/node.key")
        if !FileManager.default.fileExists(atPath: certificate) { try Self.issue(folder, certificate, key) }
        signer = AuditSigner(try CredentialFile.identity(certificate: certificate, key: key))
    }

    private static func issue(_ folder: String, _ certificate: String, _ key: String) throws {
        let validity = CertificateValidity(from: Int64(Date.now.timeIntervalSince1970) - 60, lasting: 86_400 * 30)
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: "市卫健委", commonName: "root"), key: try PrivateKey.generate(), validity: validity,
            trustDomain: "audit.test")
        let identity = try PeerIdentity(trustDomain: "audit.test", role: .platform, institution: "4699010000", node: "p1")
        let own = try PrivateKey.generate()
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [identity.uri], dnsNames: ["platform.audit.test"], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: "p1"), key: own, validity: validity)
        try WholeFile.write(try root.certificate.pem(), to: "\(folder)/roots.pem", mode: 0o644, overwrite: true)
        try WholeFile.write(try own.pem(), to: key, mode: 0o600, overwrite: true)
        try WholeFile.write(try leaf.pem(), to: certificate, mode: 0o644, overwrite: true)
    }

    func path(_ name: String) -> String { "\(folder)/\(name).db" }

    static func now() -> UnixTime { UnixTime(nanoseconds: Int64(Date.now.timeIntervalSince1970 * 1_000_000) * 1_000) }

    /// - Parameter sealing: nil for a log without trees.
    func open(_ name: String, _ sealing: AuditSealing?) async throws -> AuditLog {
        let signer = signer
        return try await AuditLog.open(path: path(name), signer: { signer }, time: AuditTime(now: Self.now), sealing: sealing) { error in
            print("the log \(name): \(error)")
        }
    }

    func personKey(_ person: Int64) throws -> AuditPersonKey { try keys.key(of: try EnterpriseID(person)) }

    /// An entry as the records gate writes it; `document` tells them apart.
    func record(_ document: String, about person: Int64) throws -> AuditRecord {
        AuditRecord(
            at: Self.now(), kind: .access, actor: "spiffe://audit.test/hospital/4699010001/his", address: "10.20.30.40:50051",
            method: "sampan.records.v1.RecordService/GetDocument", reason: "GRANTED",
            access: AuditAccess(
                of: try AuditPseudonym(of: try personKey(person)), institution: "4699010001", staff: try StaffID("10\(person % 97)"),
                role: "physician", documentID: document, documentVersion: 1, documentKind: .labReport, operation: .read,
                purpose: .treatment,
                grantID: "G\(document)", decision: .permit, node: "platform-1"))
    }
}
