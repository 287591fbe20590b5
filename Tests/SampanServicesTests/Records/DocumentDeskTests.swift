import SampanAPI
import SampanCrypto
import SampanDomain
import SampanFerry
import SampanIdentity
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Document service", .blocking, .timeLimit(.minutes(20)))
struct DocumentDeskTests {
    let bench: DocumentBench

    init() async throws { bench = try await DocumentBench() }

    @Test("RE-18: what is stored comes back whole, and each call is one leaf that says who, what and why")
    func stored() async throws {
        let content = Array("<检验>阳性</检验>".utf8)
        var head = DocumentBench.head("r1")
        head.details?.qualityCertificate = "QC-1"
        head.details?.itemCode = "CBC"
        let answer = try await bench.store(head, content)
        #expect(answer.version == 1 && answer.size == Int64(content.count))
        let digest = try SHA256.hash(content)
        #expect(answer.sha256 == digest)
        let got = try await bench.client(1).getDocument(
            RecordsV1.GetDocumentRequest(query: DocumentBench.query(), documentID: answer.documentID))
        let entry = try #require(got.entry)
        #expect(entry.details == head.details && entry.label == head.label && entry.occurredAt == head.occurredAt)
        #expect(entry.ownerCode == "H1" && entry.custodianCode == "H0", "an empty custodian is the platform")
        #expect(entry.kind == "lab-report" && entry.enterpriseID == 1 && entry.sha256 == answer.sha256 && entry.version == 1)
        let fetched = try await bench.fetch(answer.documentID)
        #expect(fetched.content == content && fetched.entry == entry)

        #expect(bench.leaves == ["write permit owner", "read permit own", "read permit own"])
        let pseudonym = try bench.people.pseudonym(of: EnterpriseID(1))
        for (record, staff) in zip(bench.log.records, ["D1", "D7", "D7"]) {
            let access = try #require(record.access)
            #expect(record.kind == .access && record.actor == "spiffe://region.example/hospital/H1/his" && record.address == "in-process")
            #expect(record.method.hasPrefix("sampan.records.v1.DocumentService/") && !record.method.hasSuffix("/"))
            #expect(access.person == pseudonym && access.institution == "H1" && access.staff == staff && access.role == "doctor")
            #expect(access.documentID == answer.documentID && access.documentVersion == 1 && access.documentKind == "lab-report")
            #expect(access.node == "platform-1")
        }
        #expect(bench.log.records.map { $0.access?.purpose } == ["", "treatment", "treatment"])
        let readings = try await AccessJournal(bench.fixture.records).readings(of: EnterpriseID(1))
        #expect(readings.map(\.entry) == [.content, .entry])
    }

    @Test("edges of chunks and of pieces", arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 1_100_003])
    func edges(size: Int) async throws {
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        for (number, pieces) in [1_000_000, 65_536, 777].enumerated() {
            let answer = try await bench.store(DocumentBench.head("r\(number)"), content, pieces: pieces)
            let fetched = try await bench.fetch(answer.documentID)
            #expect(fetched.content == content && fetched.largest <= 65_536)
        }
    }

    @Test("RE-18: a replay gets the first answer; another content under its id is refused; both are leaves")
    func replay() async throws {
        let first = try await bench.store(DocumentBench.head("r1"), [1, 2, 3])
        let second = try await bench.store(DocumentBench.head("r1"), [1, 2, 3], pieces: 1)
        #expect(first == second)
        #expect(await RegistryBench.reason { try await bench.store(DocumentBench.head("r1"), [1, 2, 4]) } == "REQUEST_ID_REUSED")
        // Another institution's request of the same name is another one.
        let other = try await bench.store(DocumentBench.head("r1"), [9], by: 2)
        #expect(other.documentID != first.documentID)
        #expect(try await bench.count() == 1)
        #expect(
            Array(bench.leaves.prefix(4))
                == ["write permit owner", "write permit replayed", "write deny REQUEST_ID_REUSED", "write permit owner"])
        #expect(bench.log.records[1].access?.documentID == first.documentID)
    }

    @Test("RE-16: only the owner amends, the newest version only; versions are listed newest first, in pages")
    func amended() async throws {
        let document = try await bench.store(DocumentBench.head("r1"), [1]).documentID
        bench.log.clear()
        let second = try await bench.amend(document, base: 1, [2], request: "a1")
        #expect(second.version == 2 && second.documentID == document)
        let again = try await bench.amend(document, base: 1, [2], request: "a1")
        #expect(again == second)
        func refusal(_ body: () async throws -> RecordsV1.AmendDocumentResponse) async -> String? {
            await RegistryBench.reason { _ = try await body() }
        }
        let missing = String(repeating: "ab", count: 16)
        #expect(await refusal { try await bench.amend(document, base: 1, [3], request: "a2") } == "AMENDED_MEANWHILE")
        #expect(await refusal { try await bench.amend(document, base: 2, [3], request: "a3", by: 2) } == "NOT_OWNER")
        #expect(await refusal { try await bench.amend(document, base: 2, [3], request: "a4", patient: 2) } == "UNKNOWN_DOCUMENT")
        #expect(await refusal { try await bench.amend(missing, base: 1, [3], request: "a5") } == "UNKNOWN_DOCUMENT")
        #expect(await refusal { try await bench.amend(document, base: 2, [3], request: "a6") { $0.label = nil } } == "UNLABELLED")
        #expect(await refusal { try await bench.amend(document, base: 2, [3], request: "a1") } == "REQUEST_ID_REUSED")
        #expect(
            bench.leaves == [
                "amend permit owner", "amend permit replayed", "amend deny AMENDED_MEANWHILE", "amend deny NOT_OWNER",
                "amend deny UNKNOWN_DOCUMENT", "amend deny UNKNOWN_DOCUMENT", "amend deny UNLABELLED", "amend deny REQUEST_ID_REUSED",
            ])
        #expect(bench.log.records[0].access?.documentVersion == 2)
        _ = try await bench.amend(document, base: 2, [3], request: "a7")

        func page(_ before: Int64) async throws -> (versions: [Int64], next: Int64) {
            let answer = try await bench.client(1).listDocumentVersions(
                RecordsV1.ListDocumentVersionsRequest(
                    query: DocumentBench.query(), documentID: document, pageSize: 2, before: before))
            return (answer.entries.map(\.version), answer.nextBefore)
        }
        let (newest, oldest) = (try await page(0), try await page(2))
        #expect(newest == ([3, 2], 2) && oldest == ([1], 0))
        let contents = [try await bench.fetch(document, version: 1).content, try await bench.fetch(document).content]
        #expect(contents == [[1], [3]])
    }

    @Test("RE-20, RE-18: what is no document to store is refused; each decision is one leaf, a malformed request none")
    func refused() async throws {
        typealias Change = (inout RecordsV1.StoreDocumentHead) -> Void
        let cases: [(String, leaf: String?, Change)] = [
            ("UNLABELLED", "write deny UNLABELLED", { $0.label = nil }),
            ("UNLABELLED", "write deny UNLABELLED", { $0.label = RecordsV1.SecurityLabel() }),
            ("UNKNOWN_PERSON", "write deny UNKNOWN_PERSON", { $0.enterpriseID = 77 }),
            ("field label.data_class", nil, { $0.label?.dataClass = "secret" }),
            ("field security_label", nil, { $0.label?.grade = 6 }),
            ("field enterprise_id", nil, { $0.enterpriseID = 0 }),
            ("field kind", nil, { $0.kind = "letter" }),
            ("field occurred_at", nil, { $0.occurredAt = nil }),
            ("field request_id", nil, { $0.requestID = "" }),
            ("field custodian_code", nil, { $0.custodianCode = "a b" }), ("field custodian_code", nil, { $0.custodianCode = "H1" }),
            ("field details", nil, { $0.details = nil }),
            ("field details.author_id", nil, { $0.details?.authorID = "" }),
            ("field details.standard", nil, { $0.details?.standard = "HL7 v2" }),
            ("field media_type", nil, { $0.details?.mediaType = "" }),
            ("field title", nil, { $0.details?.title = String(repeating: "长", count: 342) }),
        ]
        for (number, (reason, leaf, change)) in cases.enumerated() {
            var head = DocumentBench.head("r\(number)")
            change(&head)
            bench.log.clear()
            #expect(await RegistryBench.reason { try await bench.store(head, [1]) } == reason, "\(number)")
            #expect(bench.leaves == (leaf.map { [$0] } ?? []), "\(number)")
        }
        bench.log.clear()
        #expect(await RegistryBench.reason { try await bench.store(DocumentBench.head("r"), [1], []) } == "STAFF_TOKEN_MISSING")
        #expect(bench.leaves == ["write deny STAFF_TOKEN_MISSING"])
        #expect(bench.log.records[0].access?.institution == "H1" && bench.log.records[0].access?.staff == "")
        #expect(try await bench.count() == 0)
    }

    @Test("an upload is a head and content, in this order", arguments: ["", "c", "u", "hh", "hch", "hu"])
    func order(parts: String) async throws {
        let reason = await RegistryBench.reason {
            _ = try await bench.client(1).storeDocument { writer in
                for part in parts {
                    var request = RecordsV1.StoreDocumentRequest()
                    if part == "h" { request.part = .head(DocumentBench.head("r1")) }
                    if part == "c" { request.part = .content([1]) }
                    try await writer.send(request)
                }
            }
        }
        #expect(reason == (parts.hasPrefix("h") ? "CONTENT_EXPECTED" : "HEAD_MISSING"))
        #expect(try await bench.count() == 0)
    }

    @Test("a content that is too long, and one that its sender gives up, leave nothing")
    func abandoned() async throws {
        let small = try await DocumentBench(sizeLimit: 200_000)
        #expect(
            await RegistryBench.reason { try await small.store(DocumentBench.head("r1"), [UInt8](repeating: 1, count: 200_001)) }
                == "CONTENT_TOO_LARGE")
        try await small.store(DocumentBench.head("r2"), [UInt8](repeating: 1, count: 200_000))
        #expect(small.leaves == ["write deny CONTENT_TOO_LARGE", "write permit owner"])
        struct GivenUp: Error {}
        await #expect(throws: GivenUp.self) {
            _ = try await bench.client(1).storeDocument { writer in
                try await writer.send(RecordsV1.StoreDocumentRequest(part: .head(DocumentBench.head("r1"))))
                try await writer.send(RecordsV1.StoreDocumentRequest(part: .content([1])))
                throw GivenUp()
            }
        }
        #expect(try await bench.count() == 0)
    }

    @Test("no leaf, no version: what could not be written down is not there, and is stored when it is sent again")
    func unaudited() async throws {
        bench.log.breakDown(true)
        for _ in 0..<2 {
            #expect(await RegistryBench.reason { try await bench.store(DocumentBench.head("r1"), [1]) } == "AUDIT_UNAVAILABLE")
        }
        // A refusal is not told either.
        var head = DocumentBench.head("r2")
        head.label = nil
        let unlabelled = head
        #expect(await RegistryBench.reason { try await bench.store(unlabelled, [1]) } == "AUDIT_UNAVAILABLE")
        bench.log.breakDown(false)
        #expect(try await bench.count() == 0)
        let document = try await bench.store(DocumentBench.head("r1"), [1]).documentID
        bench.log.breakDown(true)
        #expect(
            await RegistryBench.reason { _ = try await bench.amend(document, base: 1, [2], request: "a1") } == "AUDIT_UNAVAILABLE")
        // A replay is not answered without its leaf.
        #expect(await RegistryBench.reason { try await bench.store(DocumentBench.head("r1"), [1]) } == "AUDIT_UNAVAILABLE")
        bench.log.breakDown(false)
        let entry = try await bench.fetch(document).entry
        #expect(entry.version == 1)
    }

    @Test("one request told eight times at once is one document; of eight amendments of one version, one is taken")
    func atOnce() async throws {
        let bench = bench
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await bench.store(DocumentBench.head("r1"), [1, 2, 3]).documentID } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(answers.count == 1)
        #expect(try await bench.count() == 1)
        let document = try #require(answers.first)
        bench.log.clear()
        let reasons = await withTaskGroup(of: String?.self) { group in
            for number in 0..<8 {
                group.addTask {
                    await RegistryBench.reason { _ = try await bench.amend(document, base: 1, [UInt8(number)], request: "a\(number)") }
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(reasons.count { $0 == nil } == 1 && reasons.count { $0 == "AMENDED_MEANWHILE" } == 7)
        // Each that was refused has its leaf; one that was announced and came too late has both.
        #expect(bench.leaves.count { $0 == "amend deny AMENDED_MEANWHILE" } == 7)
        #expect(try await bench.fetch(document).entry.version == 2)
    }

    @Test("a former id is stored under the person whom it stands for now")
    func merged() async throws {
        try await bench.store(DocumentBench.head("r1", patient: 9), [1])
        #expect(try await bench.count(patient: 1) == 1)
        #expect(try await bench.count(patient: 9) == 0)
        let pseudonym = try bench.people.pseudonym(of: EnterpriseID(1))
        #expect(bench.log.records.first?.access?.person == pseudonym)
    }

    @Test("the patient index says who is a person: known, merged, never given")
    func directory() async throws {
        let index = try await PatientIndexFile.open(
            path: bench.directory.file("index.db"), secret: [UInt8](repeating: 1, count: 32), now: { RecordsFixture.start })
        let patients = IndexedPatients(index)
        func register(_ local: String, _ phone: String) async throws -> EnterpriseID {
            try await index.register(
                Registration(
                    institution: "H1", localID: local, demographics: Demographics(name: "王\(local)", sex: "2", phone: phone),
                    requestID: "r\(local)"), actor: "a"
            ).person
        }
        let (one, two) = (try await register("1", "10001112223"), try await register("2", "10007776665"))
        #expect(try await patients.person(of: one) == one)
        let change = IndexRequest(institution: "H1", id: "m", actor: "a", staff: "s", reason: "same card")
        _ = try await index.merge(two, into: one, change)
        #expect(try await patients.person(of: two) == one)
        #expect(try await patients.person(of: EnterpriseID(1_000)) == nil)
        await index.close()
    }
}
