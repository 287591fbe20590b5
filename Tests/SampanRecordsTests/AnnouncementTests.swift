import SampanDomain
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanRecords

@Suite("Leaves before versions, and of the version that is read (RE-18)", .blocking, .timeLimit(.minutes(20)))
struct AnnouncementTests {
    private struct Refused: Error {}

    /// Writes down, and does something in between.
    private struct Watched: AccessAudit {
        let events = Events()
        let then: @Sendable () async throws -> Void

        final class Events: Sendable {
            private let state = Mutex<[AccessEvent]>([])
            var all: [AccessEvent] { state.withLock { $0 } }
            func append(_ event: AccessEvent) { state.withLock { $0.append(event) } }
        }

        func append(_ event: AccessEvent) async throws {
            events.append(event)
            try await then()
        }
    }

    private final class Told: Sendable {
        private let state = Mutex<[StoredVersion]>([])
        var all: [StoredVersion] { state.withLock { $0 } }
        func append(_ version: StoredVersion) { state.withLock { $0.append(version) } }
    }

    private let directory: TemporaryDirectory
    private let fixture: RecordsFixture
    private let told = Told()

    init() async throws {
        directory = try TemporaryDirectory()
        fixture = try await RecordsFixture(path: directory.file())
    }

    private func begin(_ request: String) async throws -> DocumentUpload {
        let institution = try RecordsFixture.institution(1)
        let document = NewDocument(
            patient: try EnterpriseID(1), kind: .labReport, occurredAt: RecordsFixture.start, custodian: institution,
            label: try SecurityLabel(.care, grade: 3),
            details: try DocumentDetails(title: "血常规", author: StaffID("D1"), mediaType: "text/plain"))
        let upload = try await fixture.writer.store(document, owner: institution, request: RequestID(request))
        try await upload.append([1, 2, 3])
        return upload
    }

    private func amend(_ document: DocumentID, _ request: String) async throws -> DocumentUpload {
        let institution = try RecordsFixture.institution(1)
        let upload = try await fixture.writer.amend(
            document, base: 1, patient: EnterpriseID(1), custodian: institution, label: SecurityLabel(.care, grade: 3),
            details: DocumentDetails(title: "", author: StaffID("D1"), mediaType: "text/plain"), owner: institution,
            request: RequestID(request))
        try await upload.append([9])
        return upload
    }

    private func entries() async throws -> Int { try await fixture.reader.timeline(RecordsFixture.clinician(1)).entries.count }

    @Test("what is announced is not there yet, and is what comes then; a replay is announced as what it came to")
    func announced() async throws {
        let (fixture, told) = (fixture, told)
        let stored = try await begin("r1").finish { version in
            told.append(version)
            let page = try await fixture.reader.timeline(RecordsFixture.clinician(1))
            #expect(page.entries.isEmpty)
        }
        #expect(told.all == [stored] && stored.isNew)
        let again = try await begin("r1").finish { told.append($0) }
        #expect(again.document == stored.document && !again.isNew && told.all.last == again)
        #expect(try await entries() == 1)
    }

    @Test("what cannot be announced is not kept, and can be sent again")
    func unannounced() async throws {
        let upload = try await begin("r1")
        await #expect(throws: AccessRefusal.auditUnavailable) { _ = try await upload.finish { _ in throw Refused() } }
        await #expect(throws: AccessRefusal.records(.uploadEnded)) { _ = try await upload.finish { _ in } }
        #expect(try await fixture.writer.sweep() == 0)
        #expect(try await entries() == 0)
        let stored = try await begin("r1").finish { _ in }
        #expect(stored.isNew)
    }

    @Test("who is quicker between announcement and commit wins: another amendment, and the same request")
    func overtaken() async throws {
        let document = try await fixture.store([1], request: "r0").document
        let (late, quick) = (try await amend(document, "a1"), try await amend(document, "a2"))
        await #expect(throws: AccessRefusal.records(.amendedMeanwhile(current: 2))) {
            _ = try await late.finish { _ in _ = try await quick.finish() }
        }
        // An old base is refused before it is announced.
        let older = try await amend(document, "a3")
        let told = told
        await #expect(throws: AccessRefusal.records(.amendedMeanwhile(current: 2))) { _ = try await older.finish { told.append($0) } }
        #expect(told.all.isEmpty)
        let (first, second) = (try await begin("r1"), try await begin("r1"))
        let outcome = try await first.finish { version in
            if told.all.isEmpty { _ = try await second.finish() }
            told.append(version)
        }
        #expect(!outcome.isNew && outcome.document == second.document)
        #expect(told.all.map(\.document) == [first.document, second.document])
        #expect(try await entries() == 2)
        #expect(try await fixture.writer.sweep() == 0)
    }

    @Test("the leaf names kind and version, and that version is read, also when a newer one comes in between")
    func pinned() async throws {
        let document = try await fixture.store([1], request: "r1").document
        let newer = try await amend(document, "a1")
        let audit = Watched { _ = try await newer.finish() }
        let entry = try await RecordReader(fixture.records, audit: audit).entry(RecordsFixture.clinician(1), document: document)
        #expect(entry.version == 1)
        let event = try #require(audit.events.all.first)
        #expect(event.version == 1 && event.kind == .labReport && event.emergencyCause == nil)
        let content = try await fixture.read(RecordsFixture.clinician(1), document)
        #expect(content == [9])
    }
}
