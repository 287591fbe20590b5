import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Recognition service (RE-06 to RE-08)", .blocking, .timeLimit(.minutes(20)))
struct RecognitionDeskTests {
    @Test("RE-06: each gate refuses alone, with its reason; what passes all has its level and until when it is taken")
    func gates() async throws {
        let bench = try await RecognitionBench()
        try await bench.fixture.grant(institution: 2, request: "g1")
        try await bench.put(RecognitionBench.certificate())
        try await bench.put(RecognitionBench.certificate("QC-other", of: "H5"))
        try await bench.put(RecognitionBench.certificate("QC-image", kinds: ["imaging-report"]))
        try await bench.put(RecognitionBench.certificate("QC-over", days: -365 ... -2))
        try await bench.put(RecognitionBench.certificate("QC-far", region: "370100"))
        let table: [(String, String?)] = [
            (try await bench.store("d1"), nil), (String(repeating: "0", count: 32), "RECOGNITION_NO_CONSENT"),
            (try await bench.store("d2", patient: 2), "RECOGNITION_NO_CONSENT"),
            (try await bench.store("d3", certificate: nil), "RECOGNITION_NO_CERTIFICATE"),
            (try await bench.store("d4", certificate: "QC-none"), "RECOGNITION_NO_CERTIFICATE"),
            (try await bench.store("d5", certificate: "QC-other"), "RECOGNITION_OTHER_CERTIFICATE"),
            (try await bench.store("d6", certificate: "QC-image"), "RECOGNITION_OTHER_CERTIFICATE"),
            (try await bench.store("d7", certificate: "QC-over", age: 1), "RECOGNITION_CERTIFICATE_NOT_VALID"),
            (try await bench.store("d8", certificate: "QC-over", age: 3), nil),
            (try await bench.store("d9", certificate: "QC-far"), "RECOGNITION_OUT_OF_REGION"),
            (try await bench.store("d10", standard: nil), "RECOGNITION_NO_STANDARD"),
            (try await bench.store("d11", standard: "our own"), "RECOGNITION_NO_STANDARD"),
            (try await bench.store("d12", standard: "HL7 FHIR R4", age: 6), nil),
            (try await bench.store("d13", age: 7), "RECOGNITION_TOO_OLD"),
        ]
        let results = try await bench.check(table.map(\.0))
        #expect(results.map(\.documentID) == table.map(\.0))
        for (result, (_, reason)) in zip(results, table) {
            #expect(result.reasons == [reason].compactMap { $0 } && result.isRecognised == (reason == nil))
            #expect(result.level == (reason == nil ? "city" : "") && (result.validUntil == nil) == (reason != nil))
        }
        let until = RecognitionBench.start.advanced(byNanoseconds: 7 * RecognitionBench.day)
        #expect(results[0].validUntil?.nanosecondsSince1970 == until.nanoseconds)
        // Nothing is left out: all that speaks against one.
        let worst = try await bench.check([bench.store("d14", certificate: nil, standard: nil, age: 9)])
        #expect(worst.first?.reasons == ["RECOGNITION_NO_CERTIFICATE", "RECOGNITION_NO_STANDARD", "RECOGNITION_TOO_OLD"])
    }

    @Test("RE-08: a certificate reaches as far as its level", arguments: ["city", "province", "national"])
    func regions(level: String) async throws {
        let bench = try await RecognitionBench()
        for reader in 2...4 { try await bench.fixture.grant(institution: reader, request: "g\(reader)") }
        try await bench.put(RecognitionBench.certificate(level: level))
        let document = try await bench.store("d1")
        for (reader, reaches) in [("H2", true), ("H3", level != "city"), ("H4", level == "national")] {
            let result = try await bench.check([document], as: reader)
            #expect(result.first?.reasons == (reaches ? [] : ["RECOGNITION_OUT_OF_REGION"]), "\(reader)")
            #expect(result.first?.level == (reaches ? level : ""))
        }
    }

    @Test("RE-06: without consent, and from when it is taken back, a document tells nothing; each look is a leaf")
    func consent() async throws {
        let bench = try await RecognitionBench()
        try await bench.put(RecognitionBench.certificate())
        let documents = [try await bench.store("d1"), try await bench.store("d2", certificate: nil, standard: nil, age: 30)]
        let missing = String(repeating: "f", count: 32)
        func refused(_ results: [RecordsV1.RecognitionResult], _ asked: [String]) -> Bool {
            results == asked.map { RecordsV1.RecognitionResult(documentID: $0, reasons: ["RECOGNITION_NO_CONSENT"]) }
        }
        let before = try await bench.check(documents + [missing])
        #expect(refused(before, documents + [missing]))
        #expect(bench.fixture.audit.all.count == 3)
        #expect(bench.fixture.audit.all.allSatisfy { $0.outcome == .denied(.notCovered) && $0.entry == .entry })
        let grant = try await bench.fixture.grant(institution: 2, request: "g1")
        let granted = try await bench.check(documents)
        #expect(granted.map(\.isRecognised) == [true, false])
        #expect(bench.fixture.audit.all.suffix(2).allSatisfy { $0.outcome == .allowed([.grant(grant.id)]) })
        _ = try await bench.fixture.desk.revoke(grant.id, of: EnterpriseID(1))
        let after = try await bench.check(documents)
        #expect(refused(after, documents))
        #expect(bench.fixture.audit.all.count == 7)
    }

    @Test("no leaf, no answer")
    func auditFails() async throws {
        let bench = try await RecognitionBench()
        try await bench.fixture.grant(institution: 2, request: "g1")
        let document = try await bench.store("d1")
        bench.fixture.audit.breakDown(true)
        let checked = await RegistryBench.reason { _ = try await bench.check([document]) }
        let ordered = await RegistryBench.reason { _ = try await bench.repeats() }
        #expect(checked == "AUDIT_UNAVAILABLE" && ordered == "AUDIT_UNAVAILABLE")
    }

    @Test("RE-07: an order is warned of recognised results of the same examination, newest first, twenty at the most")
    func repeats() async throws {
        let bench = try await RecognitionBench()
        try await bench.fixture.grant(institution: 2, request: "g1")
        try await bench.put(RecognitionBench.certificate(kinds: ["lab-report", "ecg-report"]))
        let old = try await bench.store("d1", age: 6)
        let new = try await bench.store("d2", age: 1)
        for (request, item, age) in [("d3", "ALT", 0), ("d4", nil, 0), ("d5", "HGB", 7)] as [(String, String?, Int64)] {
            try await bench.store(request, item: item, age: age)
        }
        try await bench.store("d6", certificate: nil)
        try await bench.store("d7", standard: nil)
        try await bench.store("d8", patient: 2)
        try await bench.store("d9", kind: .electrocardiogramReport, age: 3)
        let cardiogram = try await bench.store("d10", kind: .electrocardiogramReport, age: 2)
        let found = try await bench.repeats()
        #expect(found == [new, cardiogram, old])
        let labs = try await bench.repeats("HGB", RecognitionBench.query(kinds: ["lab-report"]))
        #expect(labs == [new, old])
        for (item, kinds) in [("hgb", []), ("HGB", ["discharge-summary"])] as [(String, [String])] {
            let none = try await bench.repeats(item, RecognitionBench.query(kinds: kinds))
            #expect(none.isEmpty, "\(item) \(kinds)")
        }
        for number in 0..<25 { try await bench.store("more-\(number)", age: 0) }
        let many = try await bench.repeats()
        #expect(many.count == 20 && !many.contains(old))
    }

    @Test("RE-07: a repeat behind a hundred other results is found; each page is a leaf")
    func deep() async throws {
        let bench = try await RecognitionBench()
        try await bench.fixture.grant(institution: 2, request: "g1")
        try await bench.put(RecognitionBench.certificate())
        for number in 0..<130 { try await bench.store("d\(number)", item: "ALT", age: 0) }
        let document = try await bench.store("deep", age: 5)
        let found = try await bench.repeats()
        #expect(found == [document])
        #expect(bench.fixture.audit.all.filter { $0.entry == .timeline }.count == 2)
    }

    @Test("an order without consent: nothing is said of whether there is anything to repeat, and a role that may not read is refused")
    func orderWithoutConsent() async throws {
        let bench = try await RecognitionBench()
        try await bench.put(RecognitionBench.certificate())
        let empty = try await bench.repeats()
        try await bench.store("d1")
        let without = try await bench.repeats()
        #expect(empty.isEmpty && without.isEmpty)
        let clerk = await RegistryBench.reason {
            _ = try await bench.caller(staff: [.clerk]).checkOrder(
                RecordsV1.CheckOrderRequest(query: RecognitionBench.query(), itemCode: "HGB"))
        }
        #expect(clerk == "ROLE_NOT_ALLOWED")
        #expect(bench.fixture.audit.all.map(\.outcome) == [.allowed([.own]), .allowed([.own]), .denied(.roleNotAllowed)])
    }

    @Test("who asks: a staff token of a role that may, and an institution whose region is known")
    func reader() async throws {
        let bench = try await RecognitionBench()
        let document = try await bench.store("d1")
        func reason(_ client: RecordsV1.RecognitionServiceClient) async -> String? {
            await RegistryBench.reason {
                _ = try await client.checkRecognition(
                    RecordsV1.CheckRecognitionRequest(query: RecognitionBench.query(), documentIDs: [document]))
            }
        }
        let without = await reason(try bench.caller(staff: nil))
        let unknown = await reason(try bench.caller(.hospital, "H8"))
        let several = await reason(try bench.caller(staff: [.doctor, .nurse]))
        #expect(without == "STAFF_TOKEN_MISSING" && unknown == "REGION_UNKNOWN" && several == "field role")
        // A clerk reads nothing for treatment: refused like what is not there.
        let clerk = try await bench.caller(staff: [.clerk]).checkRecognition(
            RecordsV1.CheckRecognitionRequest(query: RecognitionBench.query(), documentIDs: [document]))
        #expect(clerk.results.first?.reasons == ["RECOGNITION_NO_CONSENT"])
    }

    @Test("bad questions name the field")
    func badQuestions() async throws {
        let bench = try await RecognitionBench()
        let client = try bench.caller()
        let name = String(repeating: "0", count: 32)
        let table: [(RecordsV1.RecordQuery?, [String], String)] = [
            (nil, [name], "field query"), (RecognitionBench.query(), [], "field document_ids"),
            (RecognitionBench.query(), Array(repeating: name, count: 101), "field document_ids"),
            (RecognitionBench.query(), ["not a number"], "field document_id"),
            (RecognitionBench.query(patient: 0), [name], "field enterprise_id"),
            (RecognitionBench.query(purpose: "curiosity"), [name], "field purpose"),
            (RecognitionBench.query(kinds: ["diary"]), [name], "field kind"),
        ]
        for (query, documents, reason) in table {
            let found = await RegistryBench.reason {
                _ = try await client.checkRecognition(RecordsV1.CheckRecognitionRequest(query: query, documentIDs: documents))
            }
            #expect(found == reason)
        }
        let most = try await client.checkRecognition(
            RecordsV1.CheckRecognitionRequest(query: RecognitionBench.query(), documentIDs: Array(repeating: name, count: 100)))
        #expect(most.results.count == 100)
        let item = await RegistryBench.reason { _ = try await bench.repeats("") }
        #expect(item == "field item_code")
    }
}
