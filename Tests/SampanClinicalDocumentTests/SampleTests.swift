import Foundation
import SampanClinicalDocument
import SampanDomain
import SampanCrypto
import StoreTestSupport
import Testing

/// Every shared sample against records_expected.json.
@Suite("Samples", .blocking, .enabled(if: Samples.areThere))
struct SampleTests {
    @Test("CDA: title, number, code, time, sections, patient", arguments: Samples.cda)
    func cda(path: String) throws {
        let expected = try #require(try Samples.json("records_expected.json")[path])
        let bytes = try Samples.bytes(path)
        #expect(bytes.count == expected["bytes"] as? Int)
        #expect(try SHA256.hash(bytes).map { String(format: "%02x", $0) }.joined() == expected["sha256"] as? String)
        let document = try ClinicalDocumentReader().read(bytes)
        #expect(document.title == expected["title"] as? String)
        let id = try #require(expected["id"] as? [String: String])
        #expect(document.identifier?.value == id["extension"])
        #expect(document.identifier?.system?.hasSuffix(id["root"] ?? "?") == true)
        let code = try #require(expected["code"] as? [String: String])
        #expect(document.type?.codings.first?.code == code["code"])
        #expect(document.type?.codings.first?.display == code["displayName"])
        let time = try #require((expected["effectiveTime"] as? [String: String])?["value"])
        #expect(document.created?.hl7Text.hasPrefix(time) == true)
        #expect(document.allSections.count == expected["sections"] as? Int)
        let patient = try #require(expected["patient"] as? [String: Any])
        #expect(document.patient?.name?.display == patient["name"] as? String)
        #expect(document.patient?.birth?.hl7Text == (patient["birthTime"] as? [String: String])?["value"])
        #expect(document.kind != nil)
    }

    @Test("FHIR: type, entries by type, patient", arguments: Samples.fhir)
    func fhir(path: String) throws {
        let expected = try #require(try Samples.json("records_expected.json")[path])
        let document = try Samples.read(path)
        let type = try #require(expected["resourceType"] as? String)
        guard type == "Bundle" else {
            #expect(document.format == .fhirResource(type))
            try patient(document, expected)
            #expect(
                document.patient?.address.id ?? document.statements.first?.address.id ?? document.opaque.first?.address.id == expected["id"]
                    as? String)
            return
        }
        #expect(document.format == .fhirBundle(try #require(expected["bundle_type"] as? String)))
        var counts: [String: Int] = [:]
        for statement in document.allStatements { counts[statement.kind.rawValue, default: 0] += 1 }
        for resource in document.opaque { counts[resource.type, default: 0] += 1 }
        for party in document.parties + document.authors where party.reference == nil { counts[party.kind.rawValue, default: 0] += 1 }
        if let patient = document.patient, patient.reference == nil { counts["Patient"] = 1 }
        if expected["bundle_type"] as? String == "document" { counts["Composition"] = 1 }
        #expect(counts == expected["types"] as? [String: Int])
        try patient(document, expected)
    }

    private func patient(_ document: ClinicalDocument, _ expected: [String: Any]) throws {
        guard let patient = expected["patient"] as? [String: Any] else { return }
        #expect(document.patient?.name?.display ?? "" == patient["name"] as? String)
        #expect(document.patient?.birth?.fhirDate == patient["birthDate"] as? String)
        #expect(document.patient?.sex?.rawValue == patient["gender"] as? String)
        #expect(document.patient?.identifiers.count == patient["identifiers"] as? Int)
    }

    @Test("every sample as FHIR R4: valid by R4's shapes, and the same again when read and written again", arguments: Samples.paths)
    func export(path: String) throws {
        let document = try Samples.read(path)
        let first = try Samples.writer().bundle(of: document)
        #expect(try Samples.writer().bundle(of: document) == first, "the same bytes each time")
        let second = try ClinicalDocumentReader().read(first)
        Neutral.expectEqual(document, second)
        let third = try Samples.writer().bundle(of: second)
        let fourth = try Samples.writer().bundle(of: try ClinicalDocumentReader().read(third))
        #expect(third == fourth)
        if let name = document.patient?.name?.text, name.unicodeScalars.contains(where: { $0.value > 0x3400 }) {
            #expect(String(decoding: first, as: UTF8.self).contains(name), "Chinese text stays as it is")
        }
    }
}
