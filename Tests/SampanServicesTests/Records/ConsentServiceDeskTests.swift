import SampanAPI
import SampanDomain
import SampanFerry
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Consent by code and emergencies, as services", .blocking, .timeLimit(.minutes(20)))
struct ConsentServiceDeskTests {
    private let bench: ResidentBench
    private let person: Int64

    init() async throws {
        bench = try await ResidentBench()
        person = try await bench.register("P00001")
    }

    private func ask(_ request: String, staff: String = "D7") async throws -> RecordsV1.RequestConsentCodeResponse {
        let client = try bench.clinicians(staff: staff)
        var terms = bench.terms(person)
        (terms.institutionCode, terms.staffID) = ("", "")
        return try await client.requestConsentCode(RecordsV1.RequestConsentCodeRequest(requestID: request, terms: terms))
    }

    private func verify(_ code: String, _ digits: String, _ request: String, staff: String = "D7") async throws -> RecordsV1.ConsentGrant? {
        try await bench.clinicians(staff: staff).verifyConsentCode(
            RecordsV1.VerifyConsentCodeRequest(requestID: request, codeID: code, code: digits)
        ).grant
    }

    @Test("RE-03 the code that the patient tells lets this clinician in, once; a replay gets the same grant; every step is a leaf")
    func code() async throws {
        let stored = try await bench.fixture.store(Array("x".utf8), patient: person, request: "r1")
        let ticket = try await ask("c1")
        let digits = await bench.phones.digits()
        let bad = digits == "000000" ? "000001" : "000000"
        #expect(await ResidentBench.refusal { _ = try await verify(ticket.codeID, bad, "v0") } == "PERMISSION_DENIED CODE_WRONG")
        #expect(await ResidentBench.refusal { _ = try await verify(ticket.codeID, digits, "v1", staff: "D8") } == "NOT_FOUND CODE_UNKNOWN")
        let grant = try #require(try await verify(ticket.codeID, digits, "v2"))
        #expect(grant.means == .code && grant.state == .active && grant.terms?.staffID == "D7")
        #expect(grant.terms?.institutionCode == ResidentBench.hospital && grant.terms?.enterpriseID == person)
        let replay = try await verify(ticket.codeID, digits, "v2")
        #expect(replay == grant)
        #expect(await ResidentBench.refusal { _ = try await verify(ticket.codeID, digits, "v3") } == "FAILED_PRECONDITION CODE_USED")
        #expect(
            try bench.leaves(about: person) == [
                "request-code permit CODE_SENT", "grant deny CODE_WRONG", "grant permit CODE_RIGHT", "grant permit CODE_RIGHT",
                "grant deny CODE_USED",
            ])
        let leaf = try #require(bench.log.all.first { $0.reason == "CODE_RIGHT" })
        #expect(leaf.access?.grantID == grant.grantID && leaf.access?.staff == "D7" && leaf.access?.purpose == "treatment")
        let bytes = try await bench.fixture.read(bench.clinician(person), stored.document)
        #expect(bytes == Array("x".utf8))
    }

    @Test("RE-03 five wrong tries end a code, and too many codes are refused, each under its own reason")
    func tries() async throws {
        let ticket = try await ask("c0")
        let digits = await bench.phones.digits()
        let bad = digits == "000000" ? "000001" : "000000"
        var reasons: [String] = []
        for number in 0..<6 { reasons.append(await ResidentBench.refusal { _ = try await verify(ticket.codeID, bad, "v\(number)") }) }
        let wrong = Array(repeating: "PERMISSION_DENIED CODE_WRONG", count: 4)
        #expect(reasons == wrong + Array(repeating: "FAILED_PRECONDITION CODE_TRIES_EXHAUSTED", count: 2))
        for number in 1..<5 { _ = try await ask("c\(number)", staff: "D\(number)") }
        #expect(await ResidentBench.refusal { _ = try await ask("c9") } == "RESOURCE_EXHAUSTED TOO_MANY_CODES")
        #expect(try bench.leaves(about: person).last == "request-code deny TOO_MANY_CODES")
        bench.fixture.time.advance(seconds: 301)
        #expect(
            await ResidentBench.refusal { _ = try await verify(ticket.codeID, digits, "v9") } == "FAILED_PRECONDITION CODE_TRIES_EXHAUSTED")
        await bench.phones.breakDown(true)
        bench.fixture.time.advance(seconds: 600)
        #expect(await ResidentBench.refusal { _ = try await ask("c10") } == "UNAVAILABLE CODE_NOT_SENT")
    }

    @Test("nobody asks for another institution or another member of staff, nor for a person who is none, nor for ever")
    func otherTerms() async throws {
        func asked(_ change: (inout RecordsV1.ConsentTerms) -> Void) async -> String {
            var terms = bench.terms(person)
            change(&terms)
            let wanted = terms
            return await ResidentBench.refusal {
                _ = try await bench.clinicians().requestConsentCode(RecordsV1.RequestConsentCodeRequest(requestID: "c1", terms: wanted))
            }
        }
        #expect(await asked { $0.institutionCode = "4699010002" } == "PERMISSION_DENIED OTHER_INSTITUTION")
        #expect(await asked { $0.staffID = "D8" } == "PERMISSION_DENIED OTHER_STAFF")
        #expect(await asked { $0.enterpriseID = 99 } == "NOT_FOUND UNKNOWN_PERSON")
        for bad in ["emergency", "patient-request", "research", "x"] {
            #expect(await asked { $0.purpose = bad } == "INVALID_ARGUMENT -", "\(bad)")
        }
        #expect(await asked { $0.enterpriseID = 0 } == "INVALID_ARGUMENT -")
        #expect(await asked { $0.kinds = [] } == "INVALID_ARGUMENT -")
        #expect(await asked { $0.gradeCeiling = 0 } == "INVALID_ARGUMENT -")
        #expect(await asked { $0.gradeCeiling = .max } == "INVALID_ARGUMENT -")
        #expect(await asked { $0.expiresAt = nil } == "INVALID_ARGUMENT -")
        let now = bench.fixture.time.now
        #expect(await asked { $0.expiresAt = now.message } == "INVALID_ARGUMENT -")
        #expect(await asked { $0.expiresAt = now.advanced(byNanoseconds: 32 * 86_400_000_000_000).message } == "INVALID_ARGUMENT -")
        #expect(await bench.phones.sent == 0)
        #expect(await asked { _ in } == "done")
    }

    private func open(_ request: String, staff: String = "D7", roles: Set<StaffRole> = [.doctor]) async throws -> RecordsV1.EmergencyAccess
    {
        let answer = try await bench.clinicians(roles, staff: staff).openEmergency(
            RecordsV1.OpenEmergencyRequest(
                requestID: request, enterpriseID: person, cause: "unconscious", statement: "急诊就诊 20261127-0815，昏迷"))
        return try #require(answer.access)
    }

    private func review(
        _ id: String, _ verdict: RecordsV1.EmergencyVerdict, staff: String = "Q1", institution: String = ResidentBench.hospital
    ) async throws -> RecordsV1.EmergencyAccess? {
        try await bench.clinicians([.qualityOfficer], staff: staff, institution: institution).reviewEmergency(
            RecordsV1.ReviewEmergencyRequest(emergencyID: id, verdict: verdict)
        ).access
    }

    @Test("RE-18 an emergency is opened, told, listed for its institution and reviewed by another person, once; each step is a leaf")
    func emergency() async throws {
        let access = try await open("e1")
        let again = try await open("e1")
        #expect(again == access && access.state == .open && access.verdict == .unspecified)
        let waiting = try await NoticeOutbox(bench.fixture.records).send(by: bench.fixture.notices)
        #expect(waiting.sent == 1)
        let officers = try bench.clinicians([.qualityOfficer], staff: "Q1")
        let listed = try await officers.listEmergencies(RecordsV1.ListEmergenciesRequest())
        #expect(listed.accesses == [access] && listed.nextBefore == 0)
        let elsewhere = try await bench.clinicians([.qualityOfficer], institution: "4699010002").listEmergencies(
            RecordsV1.ListEmergenciesRequest())
        #expect(elsewhere.accesses.isEmpty)
        #expect(
            await ResidentBench.refusal { _ = try await review(access.emergencyID, .justified, institution: "4699010002") }
                == "NOT_FOUND CONSENT_UNKNOWN")
        #expect(
            await ResidentBench.refusal { _ = try await review(access.emergencyID, .justified, staff: "D7") }
                == "PERMISSION_DENIED OWN_REVIEW")
        #expect(await ResidentBench.refusal { _ = try await review(access.emergencyID, .unspecified) } == "INVALID_ARGUMENT -")
        let reviewed = try await review(access.emergencyID, .unjustified)
        #expect(reviewed?.state == .ended && reviewed?.verdict == .unjustified)
        #expect(
            await ResidentBench.refusal { _ = try await review(access.emergencyID, .justified) } == "FAILED_PRECONDITION REVIEWED_BEFORE")
        #expect(
            try bench.leaves(about: person) == [
                "emergency permit EMERGENCY", "emergency permit EMERGENCY", "list permit REVIEW_DUE", "review deny OWN_REVIEW",
                "review permit UNJUSTIFIED", "review deny REVIEWED_BEFORE",
            ])
        #expect(bench.log.all.first?.access?.emergencyReason == "unconscious")
    }

    @Test("emergencies come in pages, newest first; one whose time is over says so")
    func pages() async throws {
        var all: [String] = []
        for number in 0..<5 { all.append(try await open("e\(number)").emergencyID) }
        let client = try bench.clinicians([.qualityOfficer], staff: "Q1")
        var (found, before) = ([String](), Int64(0))
        repeat {
            let page = try await client.listEmergencies(RecordsV1.ListEmergenciesRequest(pageSize: 2, before: before))
            found += page.accesses.map(\.emergencyID)
            before = page.nextBefore
        } while before != 0
        #expect(found == all.reversed())
        bench.fixture.time.advance(seconds: 7_200)
        let over = try await client.listEmergencies(RecordsV1.ListEmergenciesRequest(pageSize: 1))
        #expect(over.accesses.map(\.state) == [.over])
        #expect(
            await ResidentBench.refusal { _ = try await client.listEmergencies(RecordsV1.ListEmergenciesRequest(pageSize: 101)) }
                == "INVALID_ARGUMENT -")
    }

    @Test(
        "ID-12 without a staff token, and in every other role, nothing is asked for, opened, shown or reviewed", arguments: [true, false])
    func roles(isDoctors: Bool) async throws {
        let terms = bench.terms(person)
        func attempts(_ client: RecordsV1.ConsentServiceClient) -> [() async throws -> Void] {
            guard isDoctors else {
                return [
                    { _ = try await client.listEmergencies(RecordsV1.ListEmergenciesRequest()) },
                    {
                        _ = try await client.reviewEmergency(
                            RecordsV1.ReviewEmergencyRequest(emergencyID: String(repeating: "0", count: 32), verdict: .justified))
                    },
                ]
            }
            return [
                { _ = try await client.requestConsentCode(RecordsV1.RequestConsentCodeRequest(requestID: "c", terms: terms)) },
                {
                    _ = try await client.verifyConsentCode(
                        RecordsV1.VerifyConsentCodeRequest(requestID: "v", codeID: String(repeating: "0", count: 32), code: "000000"))
                },
                {
                    _ = try await client.openEmergency(
                        RecordsV1.OpenEmergencyRequest(
                            requestID: "e", enterpriseID: terms.enterpriseID, cause: "incapable", statement: "statement 123"))
                },
            ]
        }
        let right: StaffRole = isDoctors ? .doctor : .qualityOfficer
        for role in StaffRole.allCases where role != right {
            for attempt in attempts(try bench.clinicians([role])) {
                #expect(await ResidentBench.refusal(attempt) == "PERMISSION_DENIED STAFF_ROLE_NEEDED", "\(role)")
            }
        }
        for attempt in attempts(try bench.clinicians([])) {
            #expect(await ResidentBench.refusal(attempt) == "UNAUTHENTICATED STAFF_TOKEN_MISSING")
        }
        #expect(await bench.phones.sent == 0)
    }

    @Test("no leaf, no answer: with a broken audit log nothing is told; the same request goes through when it is back")
    func broken() async throws {
        let ticket = try await ask("c1")
        let digits = await bench.phones.digits()
        bench.log.breakDown(true)
        for attempt in [
            { _ = try await ask("c1") }, { _ = try await verify(ticket.codeID, digits, "v1") }, { _ = try await open("e1") },
        ] as [() async throws -> Void] {
            #expect(await ResidentBench.refusal(attempt) == "UNAVAILABLE AUDIT_UNAVAILABLE")
        }
        bench.log.breakDown(false)
        let grant = try await verify(ticket.codeID, digits, "v1")
        #expect(grant?.state == .active)
    }
}
