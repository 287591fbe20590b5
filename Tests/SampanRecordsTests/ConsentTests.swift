import SampanCrypto
import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanRecords

@Suite("Consent (RE-03, RE-04)", .blocking)
struct ConsentTests {
    private static let wrong = "000000"

    private func terms(_ fixture: RecordsFixture, patient: Int64 = 1, staff: String = "D7", seconds: Int64 = 86_400) throws -> ConsentTerms
    {
        try ConsentTerms(
            patient: EnterpriseID(patient), grantee: Grantee(institution: RecordsFixture.institution(7), staff: StaffID(staff)),
            purpose: .treatment, scope: RecordsFixture.everything([.labReport]),
            until: fixture.time.now.advanced(byNanoseconds: seconds * 1_000_000_000))
    }

    private func verify(_ fixture: RecordsFixture, _ ticket: CodeTicket, _ digits: String, staff: String = "D7", request: String)
        async throws -> ConsentGrant
    {
        try await fixture.desk.verifyCode(
            ticket.id, digits: digits, institution: RecordsFixture.institution(7), staff: StaffID(staff), request: RequestID(request))
    }

    @Test("a code lets its clinician in, once, to what it was asked for; a replay of the same request gets the same grant")
    func code() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("x".utf8), request: "r1")
        let hidden = try await fixture.store(Array("y".utf8), kind: .prescription, request: "r2")
        let ticket = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c1"), by: fixture.notices)
        let digits = fixture.notices.latestDigits
        #expect(digits.utf8.count == 6)
        let again = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c1"), by: fixture.notices)
        #expect(again == ticket && fixture.notices.all.count == 1)
        await #expect(throws: ConsentError.code(.unknown)) { _ = try await verify(fixture, ticket, digits, staff: "D8", request: "v0") }
        let grant = try await verify(fixture, ticket, digits, request: "v1")
        let replay = try await verify(fixture, ticket, digits, request: "v1")
        #expect(replay == grant)
        await #expect(throws: ConsentError.code(.used)) { _ = try await verify(fixture, ticket, digits, request: "v2") }
        let bytes = try await fixture.read(RecordsFixture.clinician(7), stored.document)
        #expect(bytes == Array("x".utf8))
        await #expect(throws: AccessRefusal.denied(.notCovered)) {
            _ = try await fixture.read(RecordsFixture.clinician(7), hidden.document)
        }
        // Another doctor of the same hospital, and the same doctor for another purpose.
        await #expect(throws: AccessRefusal.denied(.notCovered)) {
            _ = try await fixture.read(RecordsFixture.clinician(7, "D8"), stored.document)
        }
        await #expect(throws: AccessRefusal.denied(.notCovered)) {
            _ = try await fixture.read(RecordsFixture.clinician(7, purpose: .consultation), stored.document)
        }
    }

    @Test("five wrong tries end a code, also over a restart")
    func tries() async throws {
        let directory = try TemporaryDirectory()
        var fixture = try await RecordsFixture(path: directory.file())
        let ticket = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c1"), by: fixture.notices)
        let digits = fixture.notices.latestDigits
        let bad = digits == Self.wrong ? "000001" : Self.wrong
        for (number, presented) in [bad, "12345", "", "１２３４５６"].enumerated() {
            await #expect(throws: ConsentError.code(.wrong)) { _ = try await verify(fixture, ticket, presented, request: "v\(number)") }
        }
        await fixture.records.close()
        fixture = try await RecordsFixture(path: directory.file())
        await #expect(throws: ConsentError.code(.exhausted)) { _ = try await verify(fixture, ticket, bad, request: "v5") }
        await #expect(throws: ConsentError.code(.exhausted)) { _ = try await verify(fixture, ticket, digits, request: "v6") }
    }

    @Test("codes and wrong tries are capped for a patient, whoever asks")
    func rates() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        for number in 0..<5 {
            _ = try await fixture.desk.requestCode(
                terms(fixture, staff: "D\(number)"), request: RequestID("c\(number)"), by: fixture.notices)
        }
        await #expect(throws: ConsentError.tooMany(perPatient: true)) {
            _ = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c9"), by: fixture.notices)
        }
        for round in 0..<4 {
            fixture.time.advance(seconds: 601)
            let ticket = try await fixture.desk.requestCode(terms(fixture), request: RequestID("d\(round)"), by: fixture.notices)
            let bad = fixture.notices.latestDigits == Self.wrong ? "000001" : Self.wrong
            for number in 0..<5 {
                await #expect(throws: ConsentError.self) { _ = try await verify(fixture, ticket, bad, request: "w\(round)-\(number)") }
            }
        }
        fixture.time.advance(seconds: 601)
        await #expect(throws: ConsentError.code(.locked)) {
            _ = try await fixture.desk.requestCode(terms(fixture), request: RequestID("d9"), by: fixture.notices)
        }
        fixture.time.advance(seconds: 86_400)
        _ = try await fixture.desk.requestCode(terms(fixture), request: RequestID("d10"), by: fixture.notices)
    }

    @Test("another code for the same clinician voids the first; one that was not sent is void")
    func replaced() async throws {
        let directory = try TemporaryDirectory()
        let fixture = try await RecordsFixture(path: directory.file())
        let first = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c1"), by: fixture.notices)
        let digits = fixture.notices.latestDigits
        _ = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c2"), by: fixture.notices)
        await #expect(throws: ConsentError.code(.replaced)) { _ = try await verify(fixture, first, digits, request: "v1") }
        fixture.notices.breakDown(true)
        await #expect(throws: ConsentError.notSent) {
            _ = try await fixture.desk.requestCode(terms(fixture), request: RequestID("c3"), by: fixture.notices)
        }
        let states = try await fixture.records.database.read { transaction in
            try transaction.rows("SELECT state FROM consent_codes ORDER BY id") { row in try row.text(0) }
        }
        #expect(states == ["replaced", "replaced", "replaced"])
    }

    @Test("a clock that is set back revives neither code nor grant, not even over a restart")
    func clockSetBack() async throws {
        let directory = try TemporaryDirectory()
        var fixture = try await RecordsFixture(path: directory.file())
        let stored = try await fixture.store(Array("x".utf8), request: "r1")
        let (code, grant) = (
            try await fixture.desk.requestCode(terms(fixture), request: RequestID("c1"), by: fixture.notices),
            try await fixture.grant(institution: 8, seconds: 600, request: "g1")
        )
        let digits = fixture.notices.latestDigits
        _ = try await fixture.read(RecordsFixture.clinician(8), stored.document)
        fixture.time.advance(seconds: 700)
        await #expect(throws: AccessRefusal.denied(.notCovered)) {
            _ = try await fixture.read(RecordsFixture.clinician(8), stored.document)
        }
        for restart in [false, true] {
            if restart {
                await fixture.records.close()
                fixture = try await RecordsFixture(path: directory.file())
            }
            fixture.time.set(RecordsFixture.start)
            await #expect(throws: AccessRefusal.denied(.notCovered)) {
                _ = try await fixture.read(RecordsFixture.clinician(8), stored.document)
            }
            await #expect(throws: ConsentError.code(.expired)) { _ = try await verify(fixture, code, digits, request: "v\(restart)") }
        }
        let grants = try await fixture.desk.grants(of: EnterpriseID(1))
        #expect(grants.map(\.grant.state) == [.expired] && grants.map(\.grant.id) == [grant.id])
    }

    @Test("every state of a code × every event", arguments: ConsentCode.State.allCases)
    func machine(state: ConsentCode.State) {
        let start = RecordsFixture.start
        let inTime = start.advanced(byNanoseconds: ConsentCode.life - 1)
        let late = start.advanced(byNanoseconds: ConsentCode.life)
        func play(_ event: ConsentCode.Event, tries: Int64 = 0, at now: UnixTime) -> (ConsentCode.State, ConsentCode.Action) {
            var code = ConsentCode(state: state, tries: tries, issuedAt: start)
            let action = code.handle(event, at: now)
            return (code.state, action)
        }
        guard state == .waiting else {
            // An end: nothing leads out of it, and nothing is granted.
            for event in [ConsentCode.Event.presented(isRight: true), .presented(isRight: false), .replaced] {
                for now in [start, inTime, late] {
                    let (next, action) = play(event, at: now)
                    #expect(next == state && action != .grant)
                }
            }
            return
        }
        #expect(play(.presented(isRight: true), at: inTime) == (.used, .grant))
        #expect(play(.presented(isRight: true), tries: 4, at: inTime) == (.used, .grant))
        #expect(play(.presented(isRight: false), at: inTime) == (.waiting, .refuse(.wrong)))
        #expect(play(.presented(isRight: false), tries: 4, at: inTime) == (.exhausted, .refuse(.exhausted)))
        #expect(play(.presented(isRight: true), at: late) == (.expired, .refuse(.expired)))
        #expect(play(.presented(isRight: false), at: late) == (.expired, .refuse(.expired)))
        #expect(play(.replaced, at: inTime) == (.replaced, .nothing))
        #expect(play(.replaced, at: late) == (.expired, .nothing))
    }

    @Test("digits: the last number that is drawn again, the first that is not, and leading zeros")
    func digits() throws {
        // 4,294,000,000 = FFF13D80 and all above are drawn again.
        var draws: [[UInt8]] = [[255, 255, 255, 255], [0xFF, 0xF1, 0x3D, 0x80], [0xFF, 0xF1, 0x3D, 0x7F]]
        let last = try CodeDigits.draw { _ in draws.removeFirst() }
        #expect(last == "999999" && draws.isEmpty)
        let small = try CodeDigits.draw { _ in [0, 0, 0, 42] }
        #expect(small == "000042")
        for text in ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"] { #expect(!CodeDigits.isPlausible(text)) }
    }

    @Test("terms that nobody may grant are refused", arguments: [PurposeOfUse.emergency, .patientRequest, .research])
    func terms(purpose: PurposeOfUse) throws {
        #expect(throws: DomainError.self) {
            _ = try ConsentTerms(
                patient: EnterpriseID(1), grantee: Grantee(institution: RecordsFixture.institution(7), staff: StaffID("D7")),
                purpose: purpose,
                scope: RecordsFixture.everything(), until: RecordsFixture.start)
        }
        #expect(throws: DomainError.self) {
            _ = try ConsentTerms(
                patient: EnterpriseID(1), grantee: Grantee(institution: RecordsFixture.institution(7), staff: nil), purpose: .treatment,
                scope: RecordsFixture.everything(ceiling: 5), until: RecordsFixture.start)
        }
    }
}
