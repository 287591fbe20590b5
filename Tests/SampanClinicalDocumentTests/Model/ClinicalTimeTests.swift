import SampanClinicalDocument
import SampanDomain
import Testing

@Suite("Clinical times")
struct ClinicalTimeTests {
    @Test(
        "HL7's form, FHIR's form, and back",
        arguments: [
            ("2026", "2026", true), ("202603", "2026-03", true), ("20260304", "2026-03-04", true),
            ("2026030413+0800", "2026-03-04T13:00:00+08:00", false),
            ("202603041330-0500", "2026-03-04T13:30:00-05:00", false), ("20260304133055+0000", "2026-03-04T13:30:55Z", true),
            ("20260304133055", "2026-03-04", false), ("20260304133055.125+0800", "2026-03-04T13:30:55.125+08:00", true),
            ("20240229", "2024-02-29", true),
            ("20261231235960+0800", "2026-12-31T23:59:60+08:00", true),
        ])
    func forms(hl7: String, fhir: String, isExact: Bool) throws {
        let time = try ClinicalTime(hl7: hl7)
        #expect(time.hl7Text == hl7)
        #expect(time.fhirText == fhir)
        #expect(time.isExactInFHIR == isExact)
        if isExact { #expect(try ClinicalTime(fhir: fhir) == time) }
    }

    @Test(
        "no calendar has these",
        arguments: [
            "", "20", "2026-", "20261", "20261301", "20260230", "20250229", "19000229", "2026030424", "202603041360", "20260304133061",
            "00000101",
            "20260304133055+08", "20260304133055+0860", "20260304133055+1500", "20260304133055.", "20260304 ", "二〇二六",
        ])
    func impossible(text: String) {
        #expect(throws: DocumentError(.badTime)) { try ClinicalTime(hl7: text) }
    }

    @Test(
        "nor FHIR these",
        arguments: [
            "2026-3", "2026-03-04T13", "2026-03-04T13:30", "2026-03-04T13:30Z", "2026-03-04T13:30:55", "2026-02-30", "2026-03-04T24:00:00Z",
            "2026-03-04T13:30:55+0800", "20260304", "2026-03-04T13:30:55.Z", "2026-03-04t13:30:55z",
        ])
    func impossibleInFHIR(text: String) {
        #expect(throws: DocumentError(.badTime)) { try ClinicalTime(fhir: text) }
    }

    @Test("the moment; a clock without an offset is none, with the assumed one it is")
    func moment() throws {
        #expect(try ClinicalTime(fhir: "1970-01-01T08:00:00+08:00").moment?.seconds == 0)
        #expect(try ClinicalTime(fhir: "2026-03-01T00:00:00Z").moment?.seconds == 1_772_323_200)
        #expect(try ClinicalTime(hl7: "20260304133055").moment == nil)
        #expect(try ClinicalTime(hl7: "20260304133055", assumed: 480) == ClinicalTime(fhir: "2026-03-04T13:30:55+08:00"))
        #expect(try ClinicalTime(hl7: "20260304", assumed: 480).offset == nil)
    }

    @Test(
        "decimals",
        arguments: [
            ("172.0", true), ("-0.50", true), ("1e-7", true), ("0", true), ("01", false), (".5", false), ("5.", false), ("+5", false),
            ("NaN", false),
            ("1e", false), ("", false), ("-", false), ("1 ", false), ("１", false), (String(repeating: "9", count: 41), false),
        ])
    func decimals(text: String, isDecimal: Bool) { #expect(ClinicalQuantity.isDecimal(text) == isDecimal) }
}
