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

@Suite("Residents and their apps (RE-09)", .blocking, .timeLimit(.minutes(20)))
struct ResidentDeskTests {
    private let bench: ResidentBench
    private let person: Int64

    init() async throws {
        bench = try await ResidentBench()
        person = try await bench.register("P00001")
    }

    /// One call of every method, with this session, about the own person.
    private func attempts(
        _ client: RecordsV1.ResidentServiceClient, _ session: String, document: String = String(repeating: "0", count: 32)
    ) -> [(name: String, call: () async throws -> Void)] {
        let terms = bench.terms(0)
        return [
            ("list", { _ = try await client.listOwnDocuments(RecordsV1.ListOwnDocumentsRequest(session: session)) }),
            (
                "fetch",
                {
                    let request = RecordsV1.FetchOwnDocumentRequest(session: session, documentID: document)
                    for try await _ in try await client.fetchOwnDocument(request) {}
                }
            ),
            ("download", { for try await _ in try await client.downloadRecord(RecordsV1.DownloadRecordRequest(session: session)) {} }),
            ("grant", { _ = try await client.grantConsent(RecordsV1.GrantConsentRequest(session: session, requestID: "g", terms: terms)) }),
            ("revoke", { _ = try await client.revokeConsent(RecordsV1.RevokeConsentRequest(session: session, grantID: document)) }),
            ("consents", { _ = try await client.listConsents(RecordsV1.ListConsentsRequest(session: session)) }),
            ("readings", { _ = try await client.listReadings(RecordsV1.ListReadingsRequest(session: session)) }),
        ]
    }

    @Test("default deny: no other role, whatever a policy says; no session that is none, another app's, signed out or over")
    func refused() async throws {
        let session = try await bench.signIn("P00001")
        for role in PeerIdentity.Role.allCases where role != .app {
            let client = try bench.residents(role)
            var calls = attempts(client, session)
            calls.append(("ask", { _ = try await client.requestSignIn(RecordsV1.RequestSignInRequest(idType: "03", idNumber: "P00001")) }))
            calls.append(("in", { _ = try await client.signIn(RecordsV1.SignInRequest()) }))
            calls.append(("out", { _ = try await client.signOut(RecordsV1.SignOutRequest(session: session)) }))
            for (name, call) in calls {
                #expect(await ResidentBench.refusal(call) == "PERMISSION_DENIED RESIDENTS_ONLY", "\(role) \(name)")
            }
        }
        func allRefused(_ client: RecordsV1.ResidentServiceClient, _ session: String, _ what: String) async {
            for (name, call) in attempts(client, session) {
                #expect(await ResidentBench.refusal(call) == "UNAUTHENTICATED NO_SESSION", "\(what) \(name)")
            }
        }
        await allRefused(try bench.residents(), "", "none")
        await allRefused(try bench.residents(), String(repeating: "a", count: 64), "invented")
        await allRefused(try bench.residents(node: "tablet"), session, "another app's")
        _ = try await bench.residents(node: "tablet").signOut(RecordsV1.SignOutRequest(session: session))
        #expect(await ResidentBench.refusal(attempts(try bench.residents(), session)[0].call) == "done")
        _ = try await bench.residents().signOut(RecordsV1.SignOutRequest(session: session))
        _ = try await bench.residents().signOut(RecordsV1.SignOutRequest(session: session))
        await allRefused(try bench.residents(), session, "signed out")
        let other = try await bench.signIn("P00001")
        bench.fixture.time.advance(seconds: 1_800)
        await allRefused(try bench.residents(), other, "over")
    }

    @Test("RE-09 the own timeline in pages, the newest version's bytes, and the readings that came of it")
    func reading() async throws {
        let long = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        let last = try await bench.fixture.store(long, patient: person, at: bench.fixture.time.now, grade: 5, request: "r0")
        for number in 1..<5 {
            let at = bench.fixture.time.now.advanced(byNanoseconds: -Int64(number) * 1_000_000_000)
            try await bench.fixture.store([1], patient: person, kind: .prescription, at: at, request: "r\(number)")
        }
        try await bench.fixture.store([2], patient: person + 50, request: "other")
        let (session, client) = (try await bench.signIn("P00001"), try bench.residents())
        var (found, token) = ([RecordsV1.DocumentEntry](), "")
        repeat {
            let page = try await client.listOwnDocuments(
                RecordsV1.ListOwnDocumentsRequest(session: session, pageSize: 2, pageToken: token))
            found += page.entries
            token = page.nextPageToken
        } while !token.isEmpty
        #expect(found.count == 5 && found.first?.documentID == last.document.text)
        let prescriptions = try await client.listOwnDocuments(
            RecordsV1.ListOwnDocumentsRequest(session: session, kinds: ["prescription"]))
        #expect(prescriptions.entries.count == 4)
        var (bytes, entries, largest) = ([UInt8](), 0, 0)
        for try await part in try await client.fetchOwnDocument(
            RecordsV1.FetchOwnDocumentRequest(session: session, documentID: last.document.text))
        {
            switch part.part {
            case .entry: entries += 1
            case .content(let piece):
                bytes += piece
                largest = max(largest, piece.count)
            case nil: Issue.record("an empty part")
            }
        }
        #expect(bytes == long && entries == 1 && largest <= 65_536)
        let readings = try await client.listReadings(RecordsV1.ListReadingsRequest(session: session, pageSize: 2))
        #expect(readings.readings.map(\.operation) == ["content", "timeline"] && readings.nextBefore > 0)
        #expect(readings.readings.allSatisfy { $0.residentID == person && $0.staffID.isEmpty && $0.outcome == "allowed" })
        let strangers = try await bench.fixture.store([3], patient: person + 50, request: "other2")
        let call = attempts(client, session, document: strangers.document.text)[1].call
        #expect(await ResidentBench.refusal(call) == "PERMISSION_DENIED NOT_COVERED")
    }

    @Test("signing out ends a content and a download that are under way, at the next piece", arguments: [false, true])
    func cutShort(isDownload: Bool) async throws {
        let long = [UInt8](repeating: 1, count: 8 * 65_536)
        let stored = try await bench.fixture.store(long, patient: person, request: "r1")
        let session = try await bench.signIn("P00001")
        let (records, app) = (bench.fixture.records, "spiffe://region.example/app/\(ResidentBench.platform)/phone")
        let desk = SignInDesk(records, papers: IndexedResidents(bench.index, now: { RecordsFixture.start }))
        // The list, its signature and a header come before a download's first content; the entry before a content.
        let last = isDownload ? 5 : 3
        let method = isDownload ? RecordsV1.ResidentServiceMethods.downloadRecord : RecordsV1.ResidentServiceMethods.fetchOwnDocument
        let request =
            isDownload
            ? try RecordsV1.DownloadRecordRequest(session: session).framed()
            : try RecordsV1.FetchOwnDocumentRequest(session: session, documentID: stored.document.text).framed()
        let (count, end) = try await bench.answers(method, request) { count in
            if count == last { _ = try? await desk.signOut(session, app: app) }
        }
        #expect(end == "UNAUTHENTICATED NO_SESSION" && count == last)
    }

    @Test("ID-04 a ward's record is read and opened by who stands for it, as long as it is a minor; nobody else's is")
    func wards() async throws {
        let child = try await bench.register("P00002", birth: "20200315")
        let adult = try await bench.register("P00003", birth: "20081127")
        let stranger = try await bench.register("P00004", birth: "20200316")
        try await bench.link(person, of: child)
        try await bench.link(person, of: adult)
        let document = try await bench.fixture.store([7], patient: child, request: "r1")
        let (session, client) = (try await bench.signIn("P00001"), try bench.residents())
        func calls(_ subject: Int64) -> [() async throws -> Void] {
            let terms = bench.terms(subject)
            return [
                { _ = try await client.listOwnDocuments(RecordsV1.ListOwnDocumentsRequest(session: session, enterpriseID: subject)) },
                { _ = try await client.listConsents(RecordsV1.ListConsentsRequest(session: session, enterpriseID: subject)) },
                { _ = try await client.listReadings(RecordsV1.ListReadingsRequest(session: session, enterpriseID: subject)) },
                {
                    _ = try await client.grantConsent(
                        RecordsV1.GrantConsentRequest(session: session, requestID: "g\(subject)", terms: terms))
                },
                {
                    let request = RecordsV1.DownloadRecordRequest(session: session, enterpriseID: subject)
                    for try await _ in try await client.downloadRecord(request) {}
                },
            ]
        }
        for (place, call) in calls(child).enumerated() { #expect(await ResidentBench.refusal(call) == "done", "\(place)") }
        let request = RecordsV1.FetchOwnDocumentRequest(session: session, enterpriseID: child, documentID: document.document.text)
        var bytes: [UInt8] = []
        for try await part in try await client.fetchOwnDocument(request) { if case .content(let piece) = part.part { bytes += piece } }
        #expect(bytes == [7])
        #expect(try bench.leaves(about: child).contains("grant permit guardian"))
        for subject in [adult, stranger, 9_999] {
            bench.log.clear()
            for (place, call) in calls(subject).enumerated() {
                #expect(await ResidentBench.refusal(call) == "PERMISSION_DENIED NOT_THE_PATIENT", "\(subject) \(place)")
            }
            #expect(try bench.leaves(about: subject).count == 5)
        }
        // On the eve of the eighteenth birthday, in China's time, and on the day.
        bench.fixture.time.set(try UnixTime(chinaText: "2038-03-14 23:59:59"))
        let later = try await bench.signIn("P00001")
        func list() async -> String {
            await ResidentBench.refusal {
                _ = try await client.listOwnDocuments(RecordsV1.ListOwnDocumentsRequest(session: later, enterpriseID: child))
            }
        }
        #expect(await list() == "done")
        bench.fixture.time.advance(seconds: 1)
        #expect(await list() == "PERMISSION_DENIED NOT_THE_PATIENT")
    }

    @Test("RE-04 a grant lets its clinician in; withdrawn, the clinician's read ends at the next chunk; another's grant is none")
    func consent() async throws {
        let long = [UInt8](repeating: 5, count: 4 * 65_536)
        let stored = try await bench.fixture.store(long, patient: person, request: "r1")
        let (session, client) = (try await bench.signIn("P00001"), try bench.residents())
        let granted = try await client.grantConsent(
            RecordsV1.GrantConsentRequest(session: session, requestID: "g1", terms: bench.terms(0)))
        let grant = try #require(granted.grant)
        #expect(grant.terms?.enterpriseID == person && grant.means == .resident)
        let replay = try await client.grantConsent(
            RecordsV1.GrantConsentRequest(session: session, requestID: "g1", terms: bench.terms(person)))
        #expect(replay == granted)
        #expect(
            await ResidentBench.refusal {
                _ = try await client.grantConsent(
                    RecordsV1.GrantConsentRequest(session: session, requestID: "g1", terms: bench.terms(0, staff: "D9")))
            } == "ALREADY_EXISTS REQUEST_ID_REUSED")
        let stream = try await bench.fixture.reader.open(bench.clinician(person), document: stored.document)
        let first = try await stream.next()
        #expect(first?.count == 65_536)
        _ = try await bench.register("P00002", birth: "19700101")
        let other = try await bench.signIn("P00002")
        #expect(
            await ResidentBench.refusal {
                _ = try await client.revokeConsent(RecordsV1.RevokeConsentRequest(session: other, grantID: grant.grantID))
            } == "NOT_FOUND CONSENT_UNKNOWN")
        let second = try await stream.next()
        #expect(second?.count == 65_536)
        for _ in 0..<2 {
            let ended = try await client.revokeConsent(RecordsV1.RevokeConsentRequest(session: session, grantID: grant.grantID))
            #expect(ended.grant?.state == .revoked && ended.grant?.endedAt != nil)
        }
        await #expect(throws: AccessRefusal.denied(.consentEnded)) { _ = try await stream.next() }
        let listed = try await client.listConsents(RecordsV1.ListConsentsRequest(session: session))
        #expect(listed.grants.map(\.state) == [.revoked])
        #expect(
            try bench.leaves(about: person).filter { $0.hasPrefix("grant") || $0.hasPrefix("revoke") } == [
                "grant permit patient", "grant permit patient", "grant deny REQUEST_ID_REUSED", "revoke permit patient",
                "revoke permit patient",
            ])
    }

    @Test("no leaf, no answer: a resident is told nothing, and signed in nowhere, while the audit log is broken")
    func broken() async throws {
        try await bench.fixture.store([1], patient: person, request: "r1")
        let (session, client) = (try await bench.signIn("P00001"), try bench.residents())
        let asked = try await bench.ask("P00001")
        let digits = await bench.phones.digits()
        bench.log.breakDown(true)
        for (name, call) in attempts(client, session) where ["list", "fetch", "download", "grant"].contains(name) {
            #expect(await ResidentBench.refusal(call) == "UNAVAILABLE AUDIT_UNAVAILABLE", "\(name)")
        }
        for passport in ["P00001", "P90001"] {
            #expect(await ResidentBench.refusal { _ = try await bench.ask(passport) } == "UNAVAILABLE AUDIT_UNAVAILABLE")
        }
        #expect(
            await ResidentBench.refusal {
                _ = try await client.signIn(RecordsV1.SignInRequest(signInID: asked.signInID, code: digits))
            } == "UNAVAILABLE AUDIT_UNAVAILABLE")
    }
}
