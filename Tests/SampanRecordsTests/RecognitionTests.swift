import SampanDomain
import SampanTestSupport
import Testing

@testable import SampanRecords

@Suite("Mutual recognition (RE-06 to RE-08)")
struct RecognitionTests {
    private static let day: Int64 = 86_400 * 1_000_000_000
    private static let rules = RecognitionRules(standards: ["WS/T 500.6"], windows: [.labReport: 90 * day])

    private func entry(certificate: String? = "QC-1", standard: String? = "WS/T 500.6", item: String? = "HGB", age: Int64 = 0) throws
        -> DocumentEntry
    {
        DocumentEntry(
            document: DocumentID(stored: [UInt8](repeating: 1, count: 16)), version: 1, patient: try EnterpriseID(1), kind: .labReport,
            occurredAt: RecordsFixture.start.advanced(byNanoseconds: -age), storedAt: RecordsFixture.start,
            owner: try RecordsFixture.institution(1),
            custodian: try RecordsFixture.institution(1), label: try SecurityLabel(.care, grade: 3), size: 1, digest: [],
            details: try DocumentDetails(
                title: "", author: StaffID("D1"), mediaType: "text/plain", qualityCertificate: certificate, standard: standard,
                itemCode: item))
    }

    private func certificate(
        _ level: QualityCertificate.Level = .city, region: String = "370700", owner: Int = 1, kinds: Set<DocumentKind> = [.labReport],
        until: Int64 = 365
    ) throws -> QualityCertificate {
        QualityCertificate(
            number: "QC-1", institution: try RecordsFixture.institution(owner), kinds: kinds, level: level, region: try RegionCode(region),
            from: RecordsFixture.start.advanced(byNanoseconds: -365 * Self.day),
            until: RecordsFixture.start.advanced(byNanoseconds: until * Self.day))
    }

    private func judge(_ entry: DocumentEntry?, _ certificate: QualityCertificate?, reader: String = "370703") throws
        -> RecognitionRules.Outcome
    {
        Self.rules.judge(entry, certificate, reader: try RegionCode(reader), at: RecordsFixture.start)
    }

    @Test("each gate refuses alone, with its own reason")
    func gates() throws {
        let until = RecordsFixture.start.advanced(byNanoseconds: 90 * Self.day)
        #expect(try judge(entry(), certificate()) == .recognised(level: .city, until: until))
        #expect(try judge(nil, certificate()) == .refused([.noConsent]))
        #expect(try judge(entry(certificate: nil), nil) == .refused([.noCertificate]))
        #expect(try judge(entry(certificate: "QC-2"), certificate()) == .refused([.noCertificate]))
        #expect(try judge(entry(), certificate(owner: 2)) == .refused([.otherCertificate]))
        #expect(try judge(entry(), certificate(kinds: [.imagingReport])) == .refused([.otherCertificate]))
        #expect(try judge(entry(), certificate(until: 0)) == .refused([.certificateNotValid]))
        #expect(try judge(entry(standard: nil), certificate()) == .refused([.noStandard]))
        #expect(try judge(entry(standard: "other"), certificate()) == .refused([.noStandard]))
        #expect(try judge(entry(age: 90 * Self.day), certificate()) == .refused([.tooOld]))
        #expect(
            try judge(entry(certificate: nil, standard: nil, age: 91 * Self.day), nil) == .refused([.noCertificate, .noStandard, .tooOld]))
    }

    @Test(
        "a certificate reaches as far as its level",
        arguments: [
            (QualityCertificate.Level.city, "370703", true), (.city, "370100", false), (.city, "130700", false),
            (.province, "370100", true),
            (.province, "130100", false), (.national, "110101", true),
        ])
    func regions(level: QualityCertificate.Level, reader: String, isIn: Bool) throws {
        let outcome = try judge(entry(), certificate(level), reader: reader)
        if isIn {
            if case .refused(let reasons) = outcome { Issue.record("\(reasons)") }
        } else {
            #expect(outcome == .refused([.outOfRegion]))
        }
    }

    @Test("an order of the same examination within the window is a repeat; others are not")
    func repeats() throws {
        let certificates = ["QC-1": try certificate()]
        let entries = [try entry(), try entry(item: "ALT"), try entry(age: 91 * Self.day), try entry(certificate: nil)]
        let found = Self.rules.repeats(
            of: "HGB", among: entries, certificates: certificates, reader: try RegionCode("370703"), at: RecordsFixture.start)
        #expect(found == [entries[0]])
    }

    @Test("a region is six digits", arguments: ["", "37070", "3707033", "37070a", "３７０７０３"])
    func region(text: String) { #expect(throws: DomainError.self) { _ = try RegionCode(text) } }
}
