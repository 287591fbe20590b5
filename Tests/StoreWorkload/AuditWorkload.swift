import Glibc
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC

/// Writes into an audit log for ever: from eight tasks that wait for their entries and print their numbers, and without waiting beside
/// them. A test kills it.
struct AuditWorkload {
    /// Seconds since 1970: 2027.
    private static let start: Int64 = 1_800_000_000

    let folder: String

    func run() async throws {
        let signer = try Self.signer()
        let log = try await AuditLog.open(
            path: "\(folder)/\(AuditArchive.fileName)", signer: { signer }, time: AuditTime(now: { Self.time(0) })
        ) { error in print("Error: \(error)") }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 as Range<Int64> { group.addTask { await Self.write(task, to: log) } }
        }
    }

    private static func write(_ task: Int64, to log: AuditLog) async {
        var index: Int64 = 0
        while true {
            index += 1
            log.record(AuditRecord(at: time(index), kind: .denial, actor: "task \(task)", method: "s.S/M\(index % 7)", reason: "NO_RULE"))
            guard let number = try? await log.append(AuditRecord(at: time(index), kind: .admin, detail: "第 \(index) 件")) else { return }
            let line = Array("\(number)\n".utf8)
            _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
        }
    }

    private static func time(_ milliseconds: Int64) -> UnixTime {
        UnixTime(nanoseconds: start * 1_000_000_000 + milliseconds * 1_000_000)
    }

    private static func signer() throws -> AuditSigner {
        let validity = CertificateValidity(from: start, lasting: 86_400 * 30)
        let root = try CertificateAuthority.selfSigned(
            subject: DistinguishedName(organization: nil, commonName: "root"), key: try PrivateKey.generate(), validity: validity,
            trustDomain: "test")
        let identity = try PeerIdentity(trustDomain: "test", role: .gateway, institution: "1", node: "n1")
        let key = try PrivateKey.generate()
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [identity.uri], dnsNames: [], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: "n1"), key: key, validity: validity)
        return AuditSigner(try TLSIdentity(chain: [leaf], key: key))
    }
}
