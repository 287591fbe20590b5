import SampanCrypto
import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("The gate (RE-01, RE-05, RE-18, RE-19)", .blocking)
struct GateTests {
    @Test("what is withdrawn ends a content at its next byte, and the cut is written down")
    func revocation() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([UInt8](repeating: 1, count: 300_000), request: "r1")
        let grant = try await fixture.grant(institution: 7, request: "g1")
        let stream = try await fixture.reader.open(RecordsFixture.clinician(7), document: stored.document)
        let first = try await stream.next()
        #expect(first?.count == 65_536)
        _ = try await fixture.desk.revoke(grant.id, of: EnterpriseID(1))
        await #expect(throws: AccessRefusal.denied(.consentEnded)) { _ = try await stream.next() }
        let after = try await stream.next()
        #expect(after == nil)
        #expect(fixture.audit.all.map(\.outcome) == [.allowed([.grant(grant.id)]), .cut(.consentEnded)])
        let twice = try await fixture.desk.revoke(grant.id, of: EnterpriseID(1))
        #expect(twice.state == .revoked)
        await #expect(throws: ConsentError.unknown) { _ = try await fixture.desk.revoke(grant.id, of: EnterpriseID(2)) }
    }

    @Test("a grant that runs out, and a document that is marked higher, end a content too", arguments: [true, false])
    func endings(byTime: Bool) async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([UInt8](repeating: 1, count: 300_000), request: "r1")
        try await fixture.grant(institution: 7, scope: RecordsFixture.everything(ceiling: 3), seconds: 60, request: "g1")
        let stream = try await fixture.reader.open(RecordsFixture.clinician(7), document: stored.document)
        _ = try await stream.next()
        if byTime {
            fixture.time.advance(seconds: 60)
        } else {
            let upload = try await fixture.writer.amend(
                stored.document, base: 1, patient: EnterpriseID(1), custodian: RecordsFixture.institution(1),
                label: SecurityLabel(.care, grade: 4),
                details: DocumentDetails(title: "", author: StaffID("D1"), mediaType: "text/plain"), owner: RecordsFixture.institution(1),
                request: RequestID("r2"))
            _ = try await upload.finish()
        }
        await #expect(throws: AccessRefusal.denied(.consentEnded)) { _ = try await stream.next() }
    }

    @Test("no leaf, no answer", arguments: AccessEvent.Entry.allCases)
    func noLeaf(entry: AccessEvent.Entry) async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([1], request: "r1")
        fixture.audit.breakDown(true)
        for request in [try AccessRequest.own(), try RecordsFixture.clinician(7, role: .administrator)] {
            await #expect(throws: AccessRefusal.auditUnavailable) {
                switch entry {
                case .timeline: _ = try await fixture.reader.timeline(request)
                case .entry: _ = try await fixture.reader.entry(request, document: stored.document)
                case .versions: _ = try await fixture.reader.versions(request, document: stored.document)
                case .content: _ = try await fixture.reader.open(request, document: stored.document)
                }
            }
        }
    }

    @Test("a document that is not there and one that may not be read are told apart by nothing")
    func oracle() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([1], request: "r1")
        let missing = try DocumentID(String(repeating: "ab", count: 16))
        for document in [stored.document, missing] {
            await #expect(throws: AccessRefusal.denied(.notCovered)) { _ = try await fixture.read(RecordsFixture.clinician(7), document) }
        }
        // Under another patient's number it is not there either.
        await #expect(throws: AccessRefusal.denied(.notCovered)) {
            _ = try await fixture.read(RecordsFixture.clinician(1, patient: 2), stored.document)
        }
    }

    @Test("an emergency opens for its clinician for two hours, tells the patient, and is reviewed by somebody else, once")
    func emergency() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("x".utf8), request: "r1")
        let named = try await fixture.store(Array("y".utf8), grade: 5, request: "r2")
        let (hospital, doctor) = (try RecordsFixture.institution(7), try StaffID("D7"))
        func open(_ role: ReaderRole, statement: String = "昏迷送入抢救室，就诊号见病历") async throws -> EmergencyAccess {
            try await fixture.desk.openEmergency(
                patient: EnterpriseID(1), institution: hospital, staff: doctor, role: role, cause: .unconscious, statement: statement,
                request: RequestID("e1"))
        }
        await #expect(throws: ConsentError.roleNotAllowed) { _ = try await open(.nurse) }
        await #expect(throws: ConsentError.self) { _ = try await open(.clinician, statement: "急") }
        let access = try await open(.clinician)
        let replay = try await open(.clinician)
        #expect(replay == access)
        let request = try RecordsFixture.clinician(7, purpose: .emergency)
        let bytes = try await fixture.read(request, stored.document)
        #expect(bytes == Array("x".utf8))
        await #expect(throws: AccessRefusal.denied(.notCovered)) { _ = try await fixture.read(request, named.document) }
        await #expect(throws: AccessRefusal.denied(.noConsent)) {
            _ = try await fixture.read(RecordsFixture.clinician(7, "D8", purpose: .emergency), stored.document)
        }
        fixture.notices.breakDown(true)
        let failed = try await NoticeOutbox(fixture.records).send(by: fixture.notices)
        #expect(failed.sent == 0 && failed.waiting == 1)
        fixture.notices.breakDown(false)
        fixture.time.advance(seconds: 30)
        let sent = try await NoticeOutbox(fixture.records).send(by: fixture.notices)
        let told = [Notice.emergency(patient: try EnterpriseID(1), institution: hospital, at: access.openedAt)]
        #expect(sent.sent == 1 && fixture.notices.all == told)
        let due = try await fixture.desk.reviews(of: hospital)
        #expect(due.map(\.access) == [access])
        func review(_ staff: String, _ role: ReaderRole = .qualityOfficer) async throws -> EmergencyAccess {
            try await fixture.desk.review(access.id, as: .unjustified, by: StaffID(staff), of: hospital, role: role)
        }
        await #expect(throws: ConsentError.ownReview) { _ = try await review("D7") }
        await #expect(throws: ConsentError.roleNotAllowed) { _ = try await review("Q1", .clinician) }
        let reviewed = try await review("Q1")
        #expect(reviewed.state == .ended && reviewed.reviewer?.text == "Q1")
        await #expect(throws: AccessRefusal.denied(.noConsent)) { _ = try await fixture.read(request, stored.document) }
        await #expect(throws: ConsentError.reviewed) { _ = try await review("Q2") }
    }

    @Test("a row of a grant that somebody changed in the file lets nobody in")
    func tamperedGrant() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store([1], request: "r1")
        let grant = try await fixture.grant(institution: 7, request: "g1")
        _ = try await fixture.desk.revoke(grant.id, of: EnterpriseID(1))
        try await fixture.records.database.write { transaction in try transaction.execute("UPDATE consent_grants SET state = 'active'") }
        await #expect(throws: AccessRefusal.records(.damaged("a grant"))) {
            _ = try await fixture.read(RecordsFixture.clinician(7), stored.document)
        }
    }

    @Test("residents see their own, and who looked")
    func residents() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("x".utf8), grade: 5, request: "r1")
        let journal = AccessJournal(fixture.records)
        let reader = RecordReader(fixture.records, audit: journal)
        func request(_ person: Int64) throws -> AccessRequest {
            AccessRequest(
                reader: .resident(try EnterpriseID(person)), purpose: .patientRequest, patient: try EnterpriseID(1),
                scope: try RecordsFixture.everything())
        }
        let page = try await reader.timeline(request(1))
        #expect(page.entries.map(\.document) == [stored.document] && page.bases == [.patient])
        await #expect(throws: AccessRefusal.denied(.notThePatient)) { _ = try await reader.timeline(request(2)) }
        await #expect(throws: AccessRefusal.denied(.roleNotAllowed)) {
            _ = try await reader.timeline(RecordsFixture.clinician(7, role: .researcher))
        }
        let readings = try await journal.readings(of: EnterpriseID(1))
        #expect(readings.map(\.outcome) == ["denied", "denied", "allowed"])
        #expect(readings.map(\.reason) == ["ROLE_NOT_ALLOWED", "NOT_THE_PATIENT", "patient"])
        #expect(readings.first?.staff?.text == "D7" && readings.last?.resident?.number == 1)
    }

    @Test("entries × roles × purposes × states of consent × kinds × grades: the gate and the oracle agree")
    func matrix() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let matrix = try await ConsentMatrix(fixture)
        let seed = UInt64.random(in: 0...UInt64.max)
        print("consent matrix seed \(seed)")
        var random = SplitMix(state: seed)
        let outcome = try await matrix.play(share: 8, random: &random)
        #expect(outcome.cells > 85_000)
        #expect(outcome.leaks == 0 && outcome.gaps == 0 && outcome.unwritten == 0, "seed \(seed): \(outcome.firstWrong ?? "")")
        #expect(outcome.allowed > 1_500)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
