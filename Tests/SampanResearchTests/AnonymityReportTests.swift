import SampanDomain
import Testing

@testable import SampanResearch

@Suite("k-anonymity (RE-21)")
struct AnonymityReportTests {
    private static func traits(_ age: String, _ sex: String, _ region: String) -> QuasiIdentifiers {
        QuasiIdentifiers(age: age, sex: sex, region: region)
    }

    /// By hand: 5, 4, 6, 1, 5.
    private static let table: [(QuasiIdentifiers, Int)] = [
        (traits("30-39", "female", "3707"), 5), (traits("30-39", "male", "3707"), 4), (traits("40-49", "female", "3707"), 6),
        (traits("90+", "female", "3701"), 1), (traits("", "", ""), 5),
    ]
    private static let people = table.flatMap { Array(repeating: $0.0, count: $0.1) }

    @Test("a table made by hand", arguments: [(1, 21, 0, 0, 1), (4, 20, 1, 1, 4), (5, 16, 2, 5, 5), (6, 6, 4, 15, 6), (7, 0, 5, 21, nil)])
    func handMade(wanted: Int, persons: Int, classes: Int, suppressed: Int, smallest: Int?) {
        let report = AnonymityReport(Self.people, wanted: wanted)
        #expect(report.persons == persons && report.suppressedClasses == classes && report.suppressedPersons == suppressed)
        #expect(report.smallest == smallest && report.classes.count == 5 - classes)
        #expect(report.classes.allSatisfy { $0.persons >= wanted })
    }

    @Test("the report names no class that was left out")
    func names() {
        let text = AnonymityReport(Self.people, wanted: 5).lines.joined(separator: "\n")
        #expect(text.contains("30-39 female 3707: 5") && text.contains("unknown unknown unknown: 5"))
        #expect(!text.contains("90+") && !text.contains("male 3707: 4"))
        #expect(AnonymityReport([], wanted: 5).lines[0].contains("nothing is put out"))
    }

    @Test(
        "bands of ages, as of when the project began; over 89 is one",
        arguments: [
            ("20261127", "0-9"), ("20261128", ""), ("20171127", "0-9"), ("20161128", "0-9"), ("20161127", "10-19"), ("19961127", "30-39"),
            ("19961128", "20-29"), ("19361128", "80-89"), ("19361127", "90+"), ("19000101", "90+"), ("20000229", "20-29"),
        ])
    func bands(birth: String, band: String) throws {
        let subject = ResearchSubject(person: try EnterpriseID(1), birth: try BirthDate(birth), sex: .male, region: "370703")
        let traits = QuasiIdentifiers(subject, at: ResearchBench.start)
        #expect(traits == QuasiIdentifiers(age: band, sex: "male", region: "3707"))
    }

    @Test("what is no region is none", arguments: ["", "3707", "37070a", "３７０７０３", "37070312", "潍坊市奎文区"])
    func region(text: String) throws {
        let subject = ResearchSubject(person: try EnterpriseID(1), birth: nil, sex: .unspecified, region: text)
        #expect(QuasiIdentifiers(subject, at: ResearchBench.start) == QuasiIdentifiers(age: "", sex: "", region: ""))
    }
}
