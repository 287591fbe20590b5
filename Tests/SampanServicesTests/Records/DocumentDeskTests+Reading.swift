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

extension DocumentDeskTests {
    @Test("RE-01: another institution reads by consent only, and the leaf names the grant; a document that is not there is told by nothing")
    func consent() async throws {
        let document = try await bench.store(DocumentBench.head("r1"), [1, 2, 3]).documentID
        bench.log.clear()
        let missing = String(repeating: "ab", count: 16)
        for name in [document, missing] {
            #expect(await RegistryBench.reason { _ = try await bench.fetch(name, by: 7) } == "NOT_COVERED")
        }
        let before = try await bench.list(7)
        #expect(before.entries.isEmpty && before.bases == ["own"])
        let grant = try await bench.fixture.grant(institution: 7, request: "g1")
        let after = try await bench.list(7)
        #expect(after.entries.map(\.documentID) == [document] && after.bases == ["own", "grant \(grant.id.text)"])
        let fetched = try await bench.fetch(document, by: 7)
        #expect(fetched.content == [1, 2, 3])
        // A grant for the one clinician.
        let colleague = await RegistryBench.reason {
            _ = try await bench.client(7, "D8").getDocument(
                RecordsV1.GetDocumentRequest(query: DocumentBench.query(), documentID: document))
        }
        #expect(colleague == "NOT_COVERED")
        #expect(
            bench.leaves == [
                "read deny NOT_COVERED", "read deny NOT_COVERED", "list permit own", "list permit own,grant", "read permit grant",
                "read deny NOT_COVERED",
            ])
        #expect(bench.log.records.map { $0.access?.grantID } == ["", "", "", grant.id.text, grant.id.text, ""])
        #expect(bench.log.records.map { $0.access?.documentKind } == ["", "", "", "", "lab-report", ""])
        let readings = try await AccessJournal(bench.fixture.records).readings(of: EnterpriseID(1))
        #expect(readings.count == 6 && readings.first?.reason == "NOT_COVERED")
    }

    @Test("RE-04: who broke the glass reads, and the leaf says why it was broken")
    func emergency() async throws {
        let document = try await bench.store(DocumentBench.head("r1"), [1]).documentID
        bench.log.clear()
        let access = try await bench.fixture.desk.openEmergency(
            patient: EnterpriseID(1), institution: RecordsFixture.institution(7), staff: StaffID("D7"), role: .clinician,
            cause: .unconscious, statement: "急诊抢救室 2 床", request: RequestID("e1"))
        let query = DocumentBench.query(.emergency)
        _ = try await bench.fetch(document, by: 7, query)
        let leaf = try #require(bench.log.records.last?.access)
        #expect(bench.leaves == ["read permit emergency"])
        #expect(leaf.emergencyReason == "unconscious" && leaf.grantID == access.id.text && leaf.purpose == "emergency")
        #expect(await RegistryBench.reason { _ = try await bench.fetch(document, by: 8, query) } == "NO_CONSENT")
        #expect(bench.log.records.last?.access?.emergencyReason == "")
    }

    @Test(
        "RE-19: the role that is meant is one of the token's, and reads for its purposes only",
        arguments: [
            ("doctor", [.doctor], "treatment", "read"), ("", [.doctor], "treatment", "read"),
            ("nurse", [.doctor, .nurse], "treatment", "read"), ("quality-officer", [.qualityOfficer], "quality-control", "read"),
            ("nurse", [.doctor], "treatment", "STAFF_ROLE_NEEDED"), ("quality-officer", [.doctor], "quality-control", "STAFF_ROLE_NEEDED"),
            ("", [.doctor, .nurse], "treatment", "field role"), ("clinician", [.doctor], "treatment", "field role"),
            ("clerk", [.clerk], "treatment", "ROLE_NOT_ALLOWED"), ("doctor", [.doctor], "research", "ROLE_NOT_ALLOWED"),
            ("doctor", [.doctor], "patient-request", "ROLE_NOT_ALLOWED"), ("doctor", [.doctor], "curiosity", "field purpose"),
            ("pharmacist", [.pharmacist], "treatment", "NOT_COVERED"), ("clerk", [.clerk], "payment", "NOT_COVERED"),
            ("technician", [.technician], "treatment", "read"), ("doctor", [], "treatment", "STAFF_TOKEN_MISSING"),
        ] as [(String, Set<StaffRole>, String, String)])
    func roles(word: String, roles: Set<StaffRole>, purpose: String, outcome: String) async throws {
        let document = try await bench.store(DocumentBench.head("r1"), [1]).documentID
        bench.log.clear()
        let query = RecordsV1.RecordQuery(enterpriseID: 1, purpose: purpose, role: word)
        let reason = await RegistryBench.reason {
            _ = try await bench.client(1, "D7", roles).getDocument(RecordsV1.GetDocumentRequest(query: query, documentID: document))
        }
        #expect(reason ?? "read" == outcome)
        // What is no request at all is nobody's decision.
        let leaf = outcome == "read" ? ["read permit own"] : outcome.hasPrefix("field") ? [] : ["read deny \(outcome)"]
        #expect(bench.leaves == leaf)
        #expect(bench.log.records.allSatisfy { $0.access?.purpose == purpose })
        if outcome == "read" { #expect(bench.log.records.first?.access?.role == (word.isEmpty ? "doctor" : word)) }
    }

    @Test("a query is held to kinds, times and grade; one that cannot be one is refused")
    func queries() async throws {
        try await bench.store(DocumentBench.head("r1"), [1])
        try await bench.store(DocumentBench.head("r2", kind: .prescription), [1])
        let start = RecordsFixture.start
        func count(_ change: (inout RecordsV1.RecordQuery) -> Void) async throws -> Int {
            var query = DocumentBench.query()
            change(&query)
            return try await bench.list(1, query).entries.count
        }
        #expect(try await count { _ in } == 2)
        #expect(try await count { $0.kinds = ["prescription"] } == 1)
        #expect(try await count { $0.gradeCeiling = 2 } == 0)
        #expect(try await count { $0.gradeCeiling = 3 } == 2)
        #expect(try await count { ($0.from, $0.until) = (start.message, start.message) } == 2)
        #expect(try await count { $0.from = start.advanced(byNanoseconds: 1).message } == 0)
        #expect(try await count { $0.until = start.advanced(byNanoseconds: -1).message } == 0)
        let faults: [(String, (inout RecordsV1.RecordQuery) -> Void)] = [
            ("field kind", { $0.kinds = ["letter"] }), ("field grade_ceiling", { $0.gradeCeiling = 6 }),
            ("field until", { ($0.from, $0.until) = (start.message, start.advanced(byNanoseconds: -1).message) }),
            ("field from", { $0.from = GoogleProtobuf.Timestamp(seconds: 0, nanos: -1) }),
            ("field enterprise_id", { $0.enterpriseID = -1 }),
        ]
        bench.log.clear()
        for (reason, change) in faults {
            var query = DocumentBench.query()
            change(&query)
            let changed = query
            #expect(await RegistryBench.reason { _ = try await bench.list(1, changed) } == reason)
        }
        let none = await RegistryBench.reason { _ = try await bench.client(1).listDocuments(RecordsV1.ListDocumentsRequest()) }
        #expect(none == "field query" && bench.leaves.isEmpty)
    }

    @Test("pages follow one another, also over what is stored meanwhile; a token that is none is refused")
    func pages() async throws {
        for number in 0..<5 {
            var head = DocumentBench.head("r\(number)")
            head.occurredAt = RecordsFixture.start.advanced(byNanoseconds: Int64(number) * -1_000_000_000).message
            head.details?.title = "第\(number)份"
            try await bench.store(head, [UInt8(number)])
        }
        var (titles, token) = ([String](), "")
        repeat {
            let page = try await bench.client(1).listDocuments(
                RecordsV1.ListDocumentsRequest(query: DocumentBench.query(), pageSize: 2, pageToken: token))
            titles += page.entries.compactMap { $0.details?.title }
            token = page.nextPageToken
            #expect(token.isEmpty || token.utf8.count == 48)
            try await bench.store(DocumentBench.head("m\(titles.count)"), [1])
        } while !token.isEmpty
        #expect(titles == (0..<5).map { "第\($0)份" })
        let digits = String(repeating: "0", count: 48)
        let others = [String(digits.dropFirst()), "+\(digits.dropFirst())", "\(digits)00", "\(digits.dropLast())g"]
        for bad in ["1", "x", String(repeating: "页", count: 16)] + others {
            let reason = await RegistryBench.reason {
                _ = try await bench.client(1).listDocuments(
                    RecordsV1.ListDocumentsRequest(query: DocumentBench.query(), pageToken: bad))
            }
            #expect(reason == "field page_token", "\(bad)")
        }
        for (size, before, field) in [(101, 0, "page_size"), (0, -1, "before")] as [(UInt32, Int64, String)] {
            let reason = await RegistryBench.reason {
                _ = try await bench.client(1).listDocumentVersions(
                    RecordsV1.ListDocumentVersionsRequest(
                        query: DocumentBench.query(), documentID: String(digits.prefix(32)), pageSize: size, before: before))
            }
            #expect(reason == "field \(field)")
        }
        #expect(await RegistryBench.reason { _ = try await bench.fetch("00") } == "field document_id")
        #expect(await RegistryBench.reason { _ = try await bench.fetch(String(digits.prefix(32)), version: -1) } == "field version")
    }

    @Test("RE-18: no leaf, nothing told: neither documents nor refusals")
    func unauditedReads() async throws {
        let document = try await bench.store(DocumentBench.head("r1"), [1]).documentID
        bench.log.breakDown(true)
        let none: Set<StaffRole> = []
        for (institution, roles) in [(1, [.doctor]), (7, [.doctor]), (1, none)] as [(Int, Set<StaffRole>)] {
            let client = try bench.client(institution, "D7", roles)
            let query = DocumentBench.query()
            let reasons = [
                await RegistryBench.reason { _ = try await client.listDocuments(RecordsV1.ListDocumentsRequest(query: query)) },
                await RegistryBench.reason {
                    _ = try await client.getDocument(RecordsV1.GetDocumentRequest(query: query, documentID: document))
                },
                await RegistryBench.reason {
                    _ = try await client.listDocumentVersions(
                        RecordsV1.ListDocumentVersionsRequest(query: query, documentID: document))
                },
                await RegistryBench.reason {
                    let stream = try await client.fetchDocument(RecordsV1.FetchDocumentRequest(query: query, documentID: document))
                    let first = try await stream.next()
                    #expect(first == nil)
                },
            ]
            #expect(reasons == Array(repeating: "AUDIT_UNAVAILABLE", count: 4))
        }
        #expect(bench.log.records.count == 1)
    }
}
