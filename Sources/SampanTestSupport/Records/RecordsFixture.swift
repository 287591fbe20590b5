internal import SampanCrypto
package import SampanDomain
package import SampanRecords
package import SampanStorage
internal import Synchronization

/// A time that whoever tests sets.
package final class SetTime: Sendable {
    private let time: Mutex<UnixTime>

    package init(_ time: UnixTime) { self.time = Mutex(time) }

    package var now: UnixTime { time.withLock { $0 } }
    package func set(_ time: UnixTime) { self.time.withLock { $0 = time } }
    package func advance(seconds: Int64) { time.withLock { $0 = $0.advanced(byNanoseconds: seconds * 1_000_000_000) } }
}

/// An audit log in memory, which can be made to fail.
package final class HeldAudit: AccessAudit {
    package struct Failed: Error {
        package init() {}
    }

    private let events = Mutex<[AccessEvent]>([])
    private let isBroken = Mutex(false)

    package init() {}

    package var all: [AccessEvent] { events.withLock { $0 } }
    package func breakDown(_ broken: Bool) { isBroken.withLock { $0 = broken } }
    package func clear() { events.withLock { $0.removeAll() } }

    package func append(_ event: AccessEvent) async throws {
        if isBroken.withLock({ $0 }) { throw Failed() }
        events.withLock { $0.append(event) }
    }
}

/// Keeps what was sent.
package final class HeldNotices: NoticeSender {
    private let notices = Mutex<[Notice]>([])
    private let isBroken = Mutex(false)

    package init() {}

    package var all: [Notice] { notices.withLock { $0 } }
    package func breakDown(_ broken: Bool) { isBroken.withLock { $0 = broken } }

    /// The digits of the latest code.
    package var latestDigits: String {
        for notice in all.reversed() {
            switch notice {
            case .code(_, let digits, _, _, _), .signIn(_, let digits, _): return digits
            case .emergency: continue
            }
        }
        return ""
    }

    package func send(_ notice: Notice) async throws {
        if isBroken.withLock({ $0 }) { throw HeldAudit.Failed() }
        notices.withLock { $0.append(notice) }
    }
}

/// A file of records with what stands around it in tests and proofs.
package struct RecordsFixture: Sendable {
    /// 2026-11-27T00:00:00Z.
    package static let start = UnixTime(nanoseconds: 1_795_737_600 * 1_000_000_000)

    package let records: RecordsDatabase
    package let time: SetTime
    package let audit = HeldAudit()
    package let notices = HeldNotices()

    /// - Parameter master: 32 bytes.
    package init(
        path: String, master: [UInt8] = [UInt8](repeating: 7, count: 32), former: [[UInt8]] = [], time: SetTime = SetTime(Self.start),
        options: SQLiteOptions = SQLiteOptions(), messageLimit: Int64 = KeyRing.mostMessages
    ) async throws {
        self.time = time
        let keys = KeyRing(
            current: try MasterKey(secret: master), former: try former.map { secret in try MasterKey(secret: secret) },
            messageLimit: messageLimit)
        records = try await RecordsDatabase(path: path, keys: keys, options: options) { time.now }
    }

    /// Closes the file.
    package func close() async { await records.close() }

    package var reader: RecordReader { RecordReader(records, audit: audit) }
    package var writer: DocumentWriter { DocumentWriter(records) }
    package var desk: ConsentDesk { ConsentDesk(records) }

    package static func institution(_ number: Int) throws -> InstitutionCode { try InstitutionCode("H\(number)", scheme: .local) }

    package static func everything(_ kinds: Set<DocumentKind> = Set(DocumentKind.allCases), ceiling: Int = 5) throws -> RecordScope {
        try RecordScope(kinds: kinds, from: UnixTime(nanoseconds: .min), until: UnixTime(nanoseconds: .max), gradeCeiling: ceiling)
    }

    /// Stores a document whole, in one piece.
    @discardableResult
    package func store(
        _ content: [UInt8], patient: Int64 = 1, kind: DocumentKind = .labReport, at: UnixTime = Self.start, owner: Int = 1, grade: Int = 3,
        title: String = "血常规", request: String
    ) async throws -> StoredVersion {
        let institution = try Self.institution(owner)
        let document = NewDocument(
            patient: try EnterpriseID(patient), kind: kind, occurredAt: at, custodian: institution,
            label: try SecurityLabel(.care, grade: grade),
            details: try DocumentDetails(title: title, author: StaffID("D1"), mediaType: "text/plain"))
        let upload = try await writer.store(document, owner: institution, request: RequestID(request))
        try await upload.append(content)
        return try await upload.finish()
    }

    package static func clinician(
        _ institution: Int, _ staff: String = "D7", role: ReaderRole = .clinician, purpose: PurposeOfUse = .treatment, patient: Int64 = 1
    ) throws -> AccessRequest {
        AccessRequest(
            reader: .staff(try Self.institution(institution), try StaffID(staff), role), purpose: purpose,
            patient: try EnterpriseID(patient),
            scope: try everything())
    }

    /// A grant as a resident's app gives it.
    @discardableResult
    package func grant(
        patient: Int64 = 1, institution: Int, staff: String? = "D7", purpose: PurposeOfUse = .treatment, scope: RecordScope? = nil,
        seconds: Int64 = 3_600, request: String
    ) async throws -> ConsentGrant {
        let named: StaffID? = if let staff { try StaffID(staff) } else { nil }
        let terms = try ConsentTerms(
            patient: EnterpriseID(patient), grantee: Grantee(institution: Self.institution(institution), staff: named), purpose: purpose,
            scope: scope ?? Self.everything(ceiling: named == nil ? 4 : 5), until: time.now.advanced(byNanoseconds: seconds * 1_000_000_000)
        )
        return try await desk.grant(terms, request: RequestID(request), by: Self.institution(99))
    }

    /// All bytes of a content.
    package func read(_ request: AccessRequest, _ document: DocumentID, version: Int64? = nil) async throws -> [UInt8] {
        let stream = try await reader.open(request, document: document, version: version)
        var bytes: [UInt8] = []
        while let chunk = try await stream.next() { bytes += chunk }
        return bytes
    }
}
