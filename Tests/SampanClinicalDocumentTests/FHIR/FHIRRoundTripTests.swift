import SampanClinicalDocument
import SampanTestSupport
import StoreTestSupport
import Testing

/// Whatever the neutral model states is in the FHIR that is written: what is read from it is the same.
@Suite("FHIR round trip", .blocking)
struct FHIRRoundTripTests {
    @Test("50 documents of random content come back as they were", arguments: 1...50)
    func documents(seed: Int) throws {
        var random = RandomDocument(seed: UInt64(seed))
        let document = random.document()
        let bytes = try Samples.writer().bundle(of: document)
        var read = try ClinicalDocumentReader().read(bytes)
        read.kind = document.kind
        Neutral.expectEqual(document, read)
    }

    @Test("each kind of statement by itself", arguments: StatementKind.allCases)
    func kinds(kind: StatementKind) throws {
        for seed in 1...8 {
            var random = RandomDocument(seed: UInt64(seed * 1_000))
            var document = ClinicalDocument(format: .fhirBundle("collection"))
            document.patient = PatientRecord(names: [PersonName(text: "张无忌")])
            document.statements = [random.statement(kind, depth: 9)]
            var read = try ClinicalDocumentReader().read(try Samples.writer().bundle(of: document))
            read.kind = document.kind
            #expect(Neutral.stripped(read).statements == Neutral.stripped(document).statements, "seed \(seed * 1_000)")
        }
    }

    @Test("a fault planted in what is written is found by the validator")
    func planted() throws {
        var statement = ClinicalStatement(kind: .result)
        statement.status = "no such status"
        var document = ClinicalDocument(format: .fhirBundle("collection"))
        document.statements = [statement]
        #expect(throws: DocumentError.self) { try Samples.writer().bundle(of: document) }
    }
}
