import SampanAPI
import SampanDomain
import SampanFerry
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// The document service over a real file, with an audit log in memory that can be made to fail.
struct DocumentBench {
    final class Log: RecordsAudit {
        private let state = Mutex<(records: [AuditRecord], isBroken: Bool)>(([], false))

        var records: [AuditRecord] { state.withLock { $0.records } }
        func breakDown(_ broken: Bool) { state.withLock { $0.isBroken = broken } }
        func clear() { state.withLock { $0.records = [] } }

        func append(_ record: AuditRecord) async throws(RPCError) {
            let isBroken = state.withLock { state in
                if !state.isBroken { state.records.append(record) }
                return state.isBroken
            }
            guard !isBroken else { throw RPCError(code: .unavailable, message: "the disk is full") }
        }
    }

    /// Persons 1 to 8; 9 was merged into 1.
    struct Patients: PatientDirectory {
        func person(of id: EnterpriseID) async throws(RPCError) -> EnterpriseID? {
            switch id.number {
            case 1...8: id
            case 9: try? EnterpriseID(1)
            default: nil
            }
        }
    }

    /// Stands for the gate of staff tokens.
    private struct Believed: CallInterceptor {
        let staff: StaffIdentity
        func admit(_ context: CallContext) throws(RPCError) { context.keep(staff) }
    }

    static let title = "血常规检验报告（急）"

    let directory: TemporaryDirectory
    let fixture: RecordsFixture
    let log = Log()
    let people: AuditPersonKeys
    let desk: DocumentDesk

    init(sizeLimit: Int64? = nil) async throws {
        directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        self.fixture = fixture
        people = try #require(AuditPersonKeys(secret: [UInt8](repeating: 3, count: 32)))
        let audit = RegionAccessAudit(
            log: log, people: people, journal: AccessJournal(fixture.records), node: "platform-1", now: { fixture.time.now })
        desk = DocumentDesk(
            fixture.records, writer: sizeLimit.map { DocumentWriter(fixture.records, sizeLimit: $0) }, patients: Patients(), audit: audit,
            platform: try InstitutionCode("H0", scheme: .local))
    }

    static func identity(_ institution: Int) throws -> PeerIdentity {
        try PeerIdentity(trustDomain: "region.example", role: .hospital, institution: "H\(institution)", node: "his")
    }

    static func staff(_ institution: Int, _ id: String, _ roles: Set<StaffRole>) throws -> StaffIdentity {
        StaffIdentity(
            institution: "H\(institution)", staffID: try StaffID(id), roles: roles, tokenID: [UInt8](repeating: 1, count: 16),
            issuedAt: RecordsFixture.start, expiresAt: RecordsFixture.start)
    }

    /// A hospital's program, with a token of one of its staff; without one for no roles.
    func client(_ institution: Int, _ id: String = "D7", _ roles: Set<StaffRole> = [.doctor]) throws -> RecordsV1.DocumentServiceClient {
        let interceptors: [any CallInterceptor] = roles.isEmpty ? [] : [Believed(staff: try Self.staff(institution, id, roles))]
        return RecordsV1.DocumentServiceClient(
            InProcessCaller([desk], as: try Self.identity(institution), interceptors: interceptors))
    }

    static func head(_ request: String, patient: Int64 = 1, kind: DocumentKind = .labReport) -> RecordsV1.StoreDocumentHead {
        RecordsV1.StoreDocumentHead(
            requestID: request, enterpriseID: patient, kind: kind.rawValue, occurredAt: RecordsFixture.start.message,
            label: RecordsV1.SecurityLabel(dataClass: "care", grade: 3),
            details: RecordsV1.DocumentDetails(title: title, authorID: "D1", mediaType: "text/xml"))
    }

    /// Stores a content in pieces of so many bytes.
    @discardableResult
    func store(
        _ head: RecordsV1.StoreDocumentHead, _ content: [UInt8], by institution: Int = 1, _ roles: Set<StaffRole> = [.doctor],
        pieces: Int = 50_000
    ) async throws -> RecordsV1.StoreDocumentResponse {
        try await client(institution, "D1", roles).storeDocument { writer in
            try await writer.send(RecordsV1.StoreDocumentRequest(part: .head(head)))
            for start in stride(from: 0, to: content.count, by: pieces) {
                let piece = Array(content[start..<min(start + pieces, content.count)])
                try await writer.send(RecordsV1.StoreDocumentRequest(part: .content(piece)))
            }
        }
    }

    func amend(
        _ document: String, base: Int64, _ content: [UInt8], request: String, by institution: Int = 1, patient: Int64 = 1,
        change: (inout RecordsV1.AmendDocumentHead) -> Void = { _ in }
    ) async throws -> RecordsV1.AmendDocumentResponse {
        let model = Self.head(request)
        var head = RecordsV1.AmendDocumentHead(
            requestID: request, enterpriseID: patient, documentID: document, baseVersion: base, label: model.label, details: model.details)
        change(&head)
        let sent = head
        return try await client(institution, "D1").amendDocument { writer in
            try await writer.send(RecordsV1.AmendDocumentRequest(part: .head(sent)))
            try await writer.send(RecordsV1.AmendDocumentRequest(part: .content(content)))
        }
    }

    static func query(
        _ purpose: PurposeOfUse = .treatment, patient: Int64 = 1, role: String = "", kinds: [String] = []
    ) -> RecordsV1.RecordQuery {
        RecordsV1.RecordQuery(enterpriseID: patient, purpose: purpose.rawValue, kinds: kinds, role: role)
    }

    /// The entry and the bytes, and the largest piece.
    func fetch(
        _ document: String, version: Int64 = 0, form: RecordsV1.ContentForm = .unspecified, by institution: Int = 1,
        _ query: RecordsV1.RecordQuery = Self.query()
    ) async throws -> (entry: RecordsV1.DocumentEntry, content: [UInt8], largest: Int) {
        let stream = try await client(institution).fetchDocument(
            RecordsV1.FetchDocumentRequest(query: query, documentID: document, version: version, form: form))
        guard case .entry(let entry) = try await stream.next()?.part else { throw RPCError(code: .internal, message: "no entry") }
        var (content, largest) = ([UInt8](), 0)
        while let next = try await stream.next() {
            guard case .content(let bytes) = next.part else { throw RPCError(code: .internal, message: "no content") }
            content += bytes
            largest = max(largest, bytes.count)
        }
        return (entry, content, largest)
    }

    func list(_ institution: Int = 1, _ query: RecordsV1.RecordQuery = Self.query()) async throws -> RecordsV1.ListDocumentsResponse {
        try await client(institution).listDocuments(RecordsV1.ListDocumentsRequest(query: query))
    }

    /// As `list`, counted.
    func count(_ institution: Int = 1, patient: Int64 = 1) async throws -> Int {
        try await list(institution, Self.query(patient: patient)).entries.count
    }

    /// Each leaf in a line: operation, decision, reason.
    var leaves: [String] {
        log.records.map { record in
            "\(record.access?.operation.name ?? "-") \(record.access?.decision.rawValue ?? "-") \(record.reason)"
        }
    }
}
