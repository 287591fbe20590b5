import Foundation
import SampanAPI
import SampanClinicalDocument
import SampanDomain
import SampanFerry
import SampanMesh
import SampanProtobuf
import SampanRPC
import SampanRecords
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// The shared samples (folder in SAMPAN_DATA, /work/shared/data unless told).
private let samples = "\(ProcessInfo.processInfo.environment["SAMPAN_DATA"] ?? "/work/shared/data")/cda"
private let hasSamples = FileManager.default.fileExists(atPath: samples)

/// Takes the messages of a call, and does something after each: what a reader's loop would between two.
private final class WatchedSink: MessageSink {
    private let parts = Mutex<[RecordsV1.FetchDocumentResponse.Part?]>([])
    private let after: @Sendable (Int) async -> Void

    init(after: @escaping @Sendable (Int) async -> Void) { self.after = after }

    var contents: Int { parts.withLock { $0.dropFirst().count } }

    func send(_ message: FramedMessage) async throws(RPCError) {
        let response = try? RecordsV1.FetchDocumentResponse(serialized: Array(message.bytes.dropFirst(FramedMessage.prefixLength)))
        let count = parts.withLock { parts in
            parts.append(response?.part)
            return parts.count
        }
        await after(count)
    }
}

/// How many works run at once.
private final class CountedWork: Sendable {
    private let state = Mutex((running: 0, most: 0))
    var most: Int { state.withLock { $0.most } }
    func begin() { state.withLock { $0 = ($0.running + 1, max($0.most, $0.running + 1)) } }
    func end() { state.withLock { $0.running -= 1 } }
}

/// One request, and no more.
private final class OneRequest: MessageSource {
    private let waiting: Mutex<[UInt8]?>
    init(_ bytes: [UInt8]) { waiting = Mutex(bytes) }
    func next() async throws(RPCError) -> [UInt8]? {
        waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
    }
}

extension DocumentDeskTests {
    private static func file(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(samples)/\(name)")))
    }

    private static func head(_ request: String, claiming standard: String) -> RecordsV1.StoreDocumentHead {
        var head = DocumentBench.head(request)
        head.details?.standard = standard
        return head
    }

    /// Fetches in a call of its own, by the doctor of institution 7.
    private func fetch(_ document: String, _ form: RecordsV1.ContentForm, into sink: WatchedSink) async throws -> String? {
        let method = RecordsV1.DocumentServiceMethods.fetchDocument
        let handler = try #require(bench.desk.methodHandlers.first { $0.method.path == method.path })
        guard case .streaming(let body) = handler.body else { return "no stream" }
        let context = CallContext(
            method: method, peer: Peer(address: "in-process", identity: try DocumentBench.identity(7)), requestMetadata: Metadata(),
            deadline: .now + .seconds(600))
        context.keep(try DocumentBench.staff(7, "D7", [.doctor]))
        let request = RecordsV1.FetchDocumentRequest(query: DocumentBench.query(), documentID: document, form: form)
        let source = OneRequest(try request.serialized())
        return await RegistryBench.reason { try await body(source, sink, context) }
    }

    @Test(
        "RE-05: a consent that is withdrawn ends the stream at its next piece, in either form; the cut is a leaf",
        arguments: [false, true])
    func revoked(converted: Bool) async throws {
        let content: [UInt8]
        if converted {
            let notes = (0..<3_000).map { "{\"resource\":{\"resourceType\":\"Basic\",\"id\":\"b\($0)\",\"code\":{\"text\":\"记录\"}}}" }
            let patient = "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}"
            let entries = ([patient] + notes).joined(separator: ",")
            content = Array("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\(entries)]}".utf8)
        } else {
            content = [UInt8](repeating: 7, count: 300_000)
        }
        let document = try await bench.store(DocumentBench.head("r1"), content).documentID
        let grant = try await bench.fixture.grant(institution: 7, request: "g1")
        bench.log.clear()
        let whole = WatchedSink { _ in }
        let form: RecordsV1.ContentForm = converted ? .fhirR4 : .unspecified
        let allowed = try await fetch(document, form, into: whole)
        #expect(allowed == nil && whole.contents >= 4)
        let fixture = bench.fixture
        let sink = WatchedSink { count in
            if count == 3 { _ = try? await fixture.desk.revoke(grant.id, of: grant.terms.patient) }
        }
        let reason = try await fetch(document, form, into: sink)
        #expect(reason == "CONSENT_ENDED" && sink.contents == 2)
        #expect(bench.leaves == ["read permit grant", "read permit grant", "read deny CONSENT_ENDED"])
        #expect(bench.log.records.last?.access?.documentKind == "lab-report")
    }

    @Test("a claimed standard is held against the content, before anything is stored; nothing of the text is told")
    func claims() async throws {
        let patient = "{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"王晓梅\"}]}"
        let cases: [(claim: String, content: String, place: String)] = [
            ("HL7 FHIR R4", "{\"resourceType\":\"Patient\",\"birthDate\":\"王晓梅\"}", "Patient.birthDate"),
            ("HL7 FHIR R4", "{\"resourceType\":\"王晓梅\"}", "UNKNOWN_RESOURCE_TYPE"),
            ("HL7 FHIR R4", "王晓梅", "UNKNOWN_FORMAT"),
            ("HL7 FHIR R4", "{\"王晓梅\":", "BAD_JSON"), ("HL7 FHIR R4", "", "UNKNOWN_FORMAT"),
            ("HL7 CDA R2", patient, "HL7 FHIR R4"), ("HL7 CDA R2", "<王晓梅/>", "NOT_A_DOCUMENT"),
            ("HL7 CDA R2", "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">\n<title>王晓梅</titel>", "line 2"),
        ]
        for (number, (claim, content, place)) in cases.enumerated() {
            bench.log.clear()
            do {
                try await bench.store(Self.head("r\(number)", claiming: claim), Array(content.utf8), pieces: 7)
                Issue.record("\(number) was stored")
            } catch let error as RPCError {
                #expect(error.code == .invalidArgument && error.errorInfo?.reason == "STANDARD_NOT_FOLLOWED", "\(number): \(error)")
                #expect(error.message.contains(place) && !error.message.contains("王"), "\(number): \(error.message)")
            }
            #expect(bench.leaves == ["write deny STANDARD_NOT_FOLLOWED"])
        }
        #expect(try await bench.count() == 0)
        let stored = try await bench.store(Self.head("good", claiming: "HL7 FHIR R4"), Array(patient.utf8), pieces: 5)
        let entry = try await bench.fetch(stored.documentID).entry
        #expect(entry.details?.standard == "HL7 FHIR R4")
        // Without a claim, anything is taken.
        try await bench.store(DocumentBench.head("free"), Array("王晓梅".utf8))
    }

    @Test("a content that claims a standard has 16 MiB at the most, and has no other form beyond")
    func limits() async throws {
        let content = Array("{".utf8) + [UInt8](repeating: 0x20, count: DocumentStandard.mostBytes)
        #expect(
            await RegistryBench.reason {
                try await bench.store(Self.head("r1", claiming: "HL7 FHIR R4"), content, pieces: 1 << 20)
            } == "CONTENT_TOO_LARGE")
        let document = try await bench.store(DocumentBench.head("r2"), content, pieces: 1 << 20).documentID
        #expect(await RegistryBench.reason { _ = try await bench.fetch(document, form: .fhirR4) } == "NO_FHIR_FORM")
        let text = try await bench.store(DocumentBench.head("r3"), Array("王晓梅".utf8)).documentID
        #expect(await RegistryBench.reason { _ = try await bench.fetch(text, form: .fhirR4) } == "NO_FHIR_FORM")
        #expect(await RegistryBench.reason { _ = try await bench.fetch(text, form: .unrecognized(7)) } == "field form")
    }

    @Test(
        "RE-11: a shared CDA is stored under its standard, comes back byte for byte, and as FHIR R4 in pieces of 64 KiB",
        .enabled(if: hasSamples), arguments: ["wst500/C0007_01022026030900004.xml", "c-cda/CCD.xml"])
    func shared(name: String) async throws {
        let content = try Self.file(name)
        let stored = try await bench.store(Self.head("r1", claiming: "HL7 CDA R2"), content, pieces: 1_000)
        let original = try await bench.fetch(stored.documentID)
        #expect(original.content == content)
        let converted = try await bench.fetch(stored.documentID, form: .fhirR4)
        #expect(converted.entry == original.entry && converted.largest <= 65_536)
        let bundle = try #require(try JSONSerialization.jsonObject(with: Data(converted.content)) as? [String: Any])
        #expect(bundle["resourceType"] as? String == "Bundle" && bundle["type"] as? String == "document")
        let document = try ClinicalDocumentReader().read(converted.content)
        #expect(document.format == .fhirBundle("document") && document.patient != nil)
        // The claim of the other standard is not taken.
        #expect(
            await RegistryBench.reason { try await bench.store(Self.head("r2", claiming: "HL7 FHIR R4"), content) }
                == "STANDARD_NOT_FOLLOWED")
    }

    @Test("the workshop: a few works at a time, and a bound on what they hold")
    func workshop() async throws {
        let workshop = DocumentWorkshop(benches: 2, mostHeld: 100)
        var first: DocumentWorkshop.Content? = workshop.content()
        try first?.append([UInt8](repeating: 1, count: 60))
        let second = workshop.content()
        #expect(await RegistryBench.reason { try second.append([UInt8](repeating: 1, count: 41)) } == "TOO_MANY_DOCUMENTS")
        #expect(first?.bytes.count == 60)
        first = nil
        try second.append([UInt8](repeating: 1, count: 41))
        #expect(await RegistryBench.reason { _ = try workshop.content(holding: [UInt8](repeating: 1, count: 60)) } == "TOO_MANY_DOCUMENTS")
        do {
            let made = try workshop.content(holding: [1, 2, 3])
            #expect(made.count == 3 && made.bytes(1..<3) == [2, 3])
        }
        try second.append([UInt8](repeating: 1, count: 59))
        let work = CountedWork()
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<20 {
                group.addTask {
                    try await workshop.work { () throws(RPCError) in
                        work.begin()
                        var total = 0
                        for step in 0..<20_000 { total &+= step & 1 }
                        work.end()
                        return number + (total > 0 ? 0 : 1)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(sum == 190 && work.most <= 2)
        let refused = await RegistryBench.reason {
            try await workshop.work { () throws(RPCError) in throw RPCError(code: .dataLoss, message: "x") }
        }
        #expect(refused == "\(StatusCode.dataLoss)")
    }
}
