import SampanAPI
import SampanCompression
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import SampanRecords
import SampanServices
import SampanTestSupport
import StoreTestSupport

@testable import sampan_verify

/// A resident's record as a node gives it out, and the separate verifier's view of it.
final class BundleFixture: Sendable {
    /// Everybody is known, under the own number; papers name person 1.
    private struct People: PatientDirectory, PaperRegister, RecordsAudit {
        func person(of id: EnterpriseID) async throws(RPCError) -> EnterpriseID? { id }
        func person(of paper: IdentityPaper) async throws -> EnterpriseID? { try EnterpriseID(1) }
        func append(_ record: AuditRecord) async throws(RPCError) {}
    }

    static let signer = "spiffe://test/platform/4699010000/p1"
    let directory: TemporaryDirectory
    let records: RecordsFixture
    private let desk: ResidentDesk
    private let signIns: SignInDesk
    private let app: PeerIdentity

    init() async throws {
        directory = try TemporaryDirectory()
        let records = try await RecordsFixture(path: directory.file("records.db"))
        self.records = records
        app = try PeerIdentity(trustDomain: "test", role: .app, institution: "4699010000", node: "phone")
        let validity = CertificateValidity(from: RecordsFixture.start.seconds - 60, lasting: 86_400 * 400)
        func authority() throws -> CertificateAuthority {
            try CertificateAuthority.selfSigned(
                subject: DistinguishedName(organization: nil, commonName: "root"), key: try PrivateKey.generate(), validity: validity,
                trustDomain: "test")
        }
        let root = try authority()
        try WholeFile.write(try root.certificate.pem(), to: directory.file("root.pem"), mode: 0o600, overwrite: false)
        try WholeFile.write(try authority().certificate.pem(), to: directory.file("other.pem"), mode: 0o600, overwrite: false)
        let key = try PrivateKey.generate()
        let leaf = try root.issue(
            .node(names: SubjectAlternativeNames(uris: [Self.signer], dnsNames: [], addresses: [])),
            subject: DistinguishedName(organization: nil, commonName: "p1"), key: key, validity: validity)
        let identity = try TLSIdentity(chain: [leaf], key: key)
        guard let keys = AuditPersonKeys(secret: [UInt8](repeating: 5, count: 32)) else { throw DomainError(field: "secret", message: "") }
        let people = People()
        signIns = SignInDesk(records.records, papers: people)
        desk = ResidentDesk(
            records.records, sessions: ResidentSessions(signIns, patients: people), patients: people, guardians: NoGuardians(),
            post: SignInPost(records.notices),
            audit: RegionAccessAudit(
                log: people, people: keys, journal: AccessJournal(records.records), node: "p1", now: { RecordsFixture.start }),
            signer: { identity })
    }

    /// The archive of person 1.
    func download() async throws -> [UInt8] {
        let issued = try await signIns.requestCode(try IdentityPaper(kind: .passport, number: "P00001"), app: app.uri)
        guard case .signIn(_, let digits, _) = issued.notice,
            case .opened(let session, _) = try await signIns.signIn(issued.ticket.id, digits: digits, app: app.uri)
        else { throw DomainError(field: "session", message: "none") }
        let client = RecordsV1.ResidentServiceClient(InProcessCaller([desk], as: app))
        var archive: [UInt8] = []
        for try await piece in try await client.downloadRecord(RecordsV1.DownloadRecordRequest(session: session)) {
            guard piece.archive.count <= 65_536 else { throw DomainError(field: "archive", message: "a long piece") }
            archive += piece.archive
        }
        return archive
    }

    /// What the verifier says of an archive; nil where it holds.
    func fault(_ archive: [UInt8], roots: String = "root.pem") throws -> VerifyError? {
        let path = directory.file("record.zip")
        try WholeFile.write(archive, to: path, mode: 0o600, overwrite: true)
        do throws(VerifyError) {
            _ = try VerifyProgram.verify(bundle: path, roots: directory.file(roots))
            return nil
        } catch {
            return error
        }
    }

    /// The entries of an archive, by the product's own reader of zip: name and content.
    static func entries(_ archive: [UInt8]) throws -> [(name: String, content: [UInt8])] {
        let limits = ZipLimits(entries: 1_000, entryBytes: 1 << 30, ratio: 2)
        let end = Array(archive.suffix(ZipDirectory.longestEnd))
        let directory = try ZipDirectory(end: end, fileSize: archive.count, limits: limits)
        return try directory.entries(Array(archive[directory.place]), limits: limits).map { entry in
            let header = Array(archive[entry.headerOffset..<entry.headerOffset + ZipEntry.localHeaderBytes])
            let start = try entry.contentOffset(localHeader: header, fileSize: archive.count)
            return (String(decoding: entry.name, as: UTF8.self), Array(archive[start..<start + entry.size]))
        }
    }

    /// An archive of these entries, as the node makes them.
    static func archive(_ entries: [(name: String, content: [UInt8])]) -> [UInt8] {
        var (zip, bytes) = (ZipWriter(), [UInt8]())
        for (place, entry) in entries.enumerated() {
            if place < 2 {
                bytes += zip.whole(entry.name, entry.content)
            } else {
                bytes += zip.begin(entry.name, size: Int64(entry.content.count))
                zip.add(entry.content)
                bytes += entry.content + zip.end()
            }
        }
        return bytes + zip.directory()
    }
}
