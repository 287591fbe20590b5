import SampanClinicalDocument
import SampanDomain
import SampanTestSupport
import Testing

@testable import SampanResearch

@Suite("De-identification (RE-21)")
struct DeidentifierTests {
    private static let key = ProjectKey(stored: [UInt8](repeating: 3, count: 32))

    private func rows(
        _ statements: [ClinicalStatement], patient: PatientRecord? = nil, person: Int64 = 1, key: ProjectKey = key,
        identifiers: [String] = []
    ) throws -> (rows: [ResearchRow], withheld: Withheld) {
        var content = ClinicalDocument(format: .wst500("C0007"))
        (content.statements, content.patient) = (statements, patient)
        let document = ResearchDocument(
            number: [1], kind: .labReport, occurredAt: ResearchBench.start, label: try SecurityLabel(.care, grade: 3), content: content)
        var withheld = Withheld()
        let rows = try Deidentifier(key: key, reference: ResearchBench.start).rows(
            of: document,
            ResearchSubject(
                person: EnterpriseID(person), birth: BirthDate("19800101"), sex: .female, region: "370703", identifiers: identifiers),
            withheld: &withheld)
        return (rows, withheld)
    }

    private func statement(_ value: ClinicalValue?, _ code: String = "718-7") -> ClinicalStatement {
        var statement = ClinicalStatement(kind: .result)
        statement.code = CodedConcept(codings: [Coding(system: CodeSystemName.loinc, code: code, display: "王芳的血红蛋白")], text: "王芳")
        statement.value = value
        return statement
    }

    private func time(_ text: String) throws -> ClinicalTime { try ClinicalTime(fhir: text) }

    @Test("dates are moved back by 1 to 365 days, all of one person alike; what lies between them stays")
    func intervals() throws {
        var random = SeededRandom(seed: 7)
        var shifts: Set<Int> = []
        for person in 1...60 as ClosedRange<Int64> {
            let days = (0..<6).map { _ in Int64.random(in: 0..<8_000, using: &random) }.sorted()
            let written = days.map { ResearchBench.start.advanced(byNanoseconds: -$0 * ResearchBench.day) }
            var statements = [ClinicalStatement]()
            for day in written {
                var each = statement(nil)
                each.timing = .moment(try time(BusinessDay(day).text))
                statements.append(each)
            }
            let told = try rows(statements, person: person).rows.map { try #require(BusinessDay($0.began)) }
            let midnights = try told.map { try UnixTime(chinaText: "\($0.text) 08:00:00") }
            let shift = try #require(midnights.first).nanoseconds - written[0].nanoseconds
            #expect(zip(midnights, written).allSatisfy { $0.nanoseconds - $1.nanoseconds == shift })
            let moved = Int(-shift / ResearchBench.day)
            #expect((1...365).contains(moved))
            shifts.insert(moved)
        }
        #expect(shifts.count > 40)
    }

    @Test("another project moves a person's dates by another number")
    func shifts() throws {
        let other = ProjectKey(stored: [UInt8](repeating: 4, count: 32))
        let people = try (1...200 as ClosedRange<Int64>).map { try EnterpriseID($0) }
        let alike = try people.count { try Self.key.shift(of: $0) == other.shift(of: $0) }
        // By chance, one in 365.
        #expect(alike < 6)
        let names = try people.map { try Self.key.pseudonym(of: $0) }
        #expect(Set(names).count == 200)
        #expect(try Set(names).isDisjoint(with: people.map { try other.pseudonym(of: $0) }))
        #expect(names.allSatisfy { $0.utf8.count == 32 && $0.utf8.allSatisfy("bcdfghjkmnpqrtvz".utf8.contains) })
    }

    @Test("the clock is left out; one moment is one day, whichever clock it was written by")
    func clocks() throws {
        var one = statement(.time(try time("2026-03-05T01:30:00+08:00")))
        one.timing = .period(start: try time("2026-03-04T17:30:00Z"), end: try time("2026-03-05T23:59:59+08:00"))
        let row = try #require(try rows([one]).rows.first)
        #expect(row.began == row.ended && row.began == row.value?.text && row.began.utf8.count == 10)
    }

    @Test(
        "times coarser than a day, of no calendar and of who would be over 89 stay",
        arguments: ["2026", "2026-03", "1937-11-26", "1500-01-01"])
    func coarse(text: String) throws {
        var each = statement(nil)
        each.timing = .moment(try time(text))
        let (rows, withheld) = try rows([each])
        #expect(rows.first?.began == "" && withheld.counts[.time] == 1)
    }

    @Test("the oldest day that is told", arguments: [("1937-11-27", true), ("1937-11-26", false)])
    func oldest(text: String, isTold: Bool) throws {
        var each = statement(nil)
        each.timing = .moment(try time(text))
        #expect(try rows([each]).rows.first?.began.isEmpty == !isTold)
    }

    @Test("words are never put out: displays, texts, conclusions, free values")
    func words() throws {
        var each = statement(.text("王芳，13900001111"))
        each.text = "结论：王芳"
        each.interpretation = [CodedConcept(codings: [Coding(code: "王芳"), Coding(code: "H")])]
        each.status = "王芳"
        let (rows, withheld) = try rows([each])
        let row = try #require(rows.first)
        #expect(row.code == "718-7" && row.value == nil && row.status == "" && row.interpretation == "H")
        #expect(row.fields.allSatisfy { $0.utf8.allSatisfy { $0 < 128 } })
        #expect(withheld.counts[.text] == 2)
    }

    @Test(
        "codes go out when the form of their system is theirs",
        arguments: [
            (CodeSystemName.loinc, "718-7", true), (CodeSystemName.loinc, "718-8", false), (CodeSystemName.loinc, "13900001111-1", false),
            (CodeSystemName.snomed, "38341003", true), (CodeSystemName.snomed, "38341004", false),
            (CodeSystemName.snomed, "22298006", true), (CodeSystemName.snomed, "19991005", false),
            (CodeSystemName.snomed, "329901199404219244", false),
            ("urn:oid:2.16.156.10011.2.3.3.11", "J06.9", true), ("urn:oid:2.16.156.10011.2.3.3.11", "J06.900x003", true),
            ("urn:oid:2.16.156.10011.2.3.3.11", "王芳", false), ("urn:oid:2.16.156.10011.2.3.3.11", "329901199404219244", false),
            ("http://hl7.org/fhir/sid/icd-10", "I63.9", true), ("http://hl7.org/fhir/sid/icd-10", "WANGFANG", false),
            ("http://hl7.org/fhir/sid/icd-10", "I63", true), ("http://hl7.org/fhir/sid/icd-10", "J06.9+", true),
            ("http://hl7.org/fhir/sid/icd-10", "C4A.0", true), ("http://hl7.org/fhir/sid/icd-10", "C4C.0", false),
            ("http://hl7.org/fhir/sid/icd-10", "J06.", false), ("http://hl7.org/fhir/sid/icd-10", "J06.12345", false),
            ("http://hl7.org/fhir/sid/icd-10", "J06x003", false), ("http://hl7.org/fhir/sid/icd-10", "J06.900x03", false),
            ("http://hl7.org/fhir/sid/icd-10", "J06.1.2", false), ("http://hl7.org/fhir/sid/icd-10", "", false),
            ("http://hl7.org/fhir/sid/icd-10", "+", false), ("http://hl7.org/fhir/sid/icd-10", "x003", false),
            ("http://hl7.org/fhir/sid/icd-9-cm", "250.00", true), ("http://hl7.org/fhir/sid/icd-9-cm", "1390000", false),
            ("urn:oid:2.16.156.10011.2.3.3.12", "99.04", true), ("urn:oid:2.16.156.10011.2.3.3.12", "99.0401x001", true),
            ("urn:oid:2.16.156.10011.2.3.3.12", "990.4", false),
            ("urn:oid:2.16.840.1.113883.6.1", "718-7", true), (CodeSystemName.dataElement, "DE04.10.102.00", true),
            (CodeSystemName.dataElement, "DE13900001111", false), ("urn:local", "718-7", false),
            ("http://hl7.org/fhir/sid/cvx", "140", true),
            ("http://hl7.org/fhir/sid/cvx", "1400", false),
        ])
    func codes(system: String, code: String, isOut: Bool) throws {
        var each = statement(nil)
        each.code = CodedConcept(codings: [Coding(system: system, code: code)])
        let (rows, withheld) = try rows([each])
        #expect(rows.map(\.code) == (isOut ? [code] : []))
        #expect((withheld.counts[.code] ?? 0) == (isOut ? 0 : 1))
    }

    @Test("a region's own system goes out by the list of its codes alone")
    func ownSystem() throws {
        let vocabulary = CodeVocabulary.standard.adding(system: "urn:region:lab", word: "lab", codes: ["HGB"])
        func admitted(_ code: String) -> String? {
            vocabulary.admitted(CodedConcept(codings: [Coding(system: "urn:region:lab", code: code)]))?.code
        }
        #expect(admitted("HGB") == "HGB" && admitted("13900001111") == nil)
    }

    @Test(
        "numbers of a measurement's length, with a unit that is known",
        arguments: [
            ("132", "g/L", true), ("-0.5", "mmol/L", true), ("1234567", "1", true), ("12345678", "1", false), ("13900001111", "1", false),
            ("1390000.1111", "1", false), ("1e5", "1", false), ("6.5", "10*9/L", true), ("120", "mm[Hg]", true), ("22.1", "kg/m2", true),
            ("7.4", "[pH]", true), ("70", "/min", true), ("5", "m[IU]/L", true), ("5", "王芳", false), ("5", "{wangfang}/L", false),
            ("5", "13900001111", false), ("5", "wangfang", false), ("5", "", false), ("5", "10*", false), ("5", "a/b/c/d/e", false),
            ("36.5", "Cel", true), ("3", "ug.h/mL", true),
        ])
    func quantities(value: String, unit: String, isOut: Bool) throws {
        let quantity = try ClinicalQuantity(value: value, unit: unit, system: CodeSystemName.ucum, code: unit)
        let row = try #require(try rows([statement(.quantity(quantity))]).rows.first)
        #expect(row.value == (isOut ? ResearchValue(type: .quantity, text: value, unit: unit) : nil))
    }

    @Test("half of a range, a ratio or a pair of units is nothing")
    func pairs() throws {
        func quantity(_ value: String, _ unit: String? = nil) throws -> ClinicalQuantity {
            try ClinicalQuantity(value: value, system: unit.map { _ in CodeSystemName.ucum }, code: unit)
        }
        let one = try quantity("1"), long = try quantity("13900001111")
        let table: [(ClinicalValue, ResearchValue?)] = [
            (.ratio(numerator: one, denominator: try quantity("128")), ResearchValue(type: .ratio, text: "1", upper: "128")),
            (.ratio(numerator: one, denominator: nil), nil), (.ratio(numerator: one, denominator: long), nil),
            (.range(low: one, high: nil), ResearchValue(type: .range, text: "1")), (.range(low: one, high: long), nil),
            (.range(low: try quantity("1", "g"), high: try quantity("2", "kg")), nil),
            (
                .range(low: try quantity("1", "g"), high: try quantity("2", "g")),
                ResearchValue(type: .range, text: "1", upper: "2", unit: "g")
            ),
            (.integer("42"), ResearchValue(type: .integer, text: "42")), (.integer("329901199404219244"), nil),
            (.boolean(true), ResearchValue(type: .boolean, text: "1")), (.opaque(type: "SampledData", json: []), nil),
        ]
        for (value, expected) in table { #expect(try rows([statement(value)]).rows.first?.value == expected) }
    }

    @Test(
        "a value that has the form of a measurement, and is a number of the person's, stays",
        arguments: ["8765432", "876543", "7654.321", "1234567"])
    func own(number: String) throws {
        let phone = PatientRecord(telecoms: [ContactPoint(system: "phone", value: "０５３６-8765-4321")])
        let value = ClinicalValue.quantity(try ClinicalQuantity(value: number))
        let known = try rows([statement(value)], patient: phone, identifiers: ["12345678"])
        #expect(known.rows.first?.value == nil && known.withheld.counts[.identifier] == 1)
        let stranger = try rows([statement(value)])
        #expect(stranger.rows.first?.value?.text == number)
    }

    @Test("components and lines of a claim are parts; what was entered in error is nothing")
    func parts() throws {
        var pressure = statement(nil, "85354-9")
        pressure.components = [
            .init(
                code: CodedConcept(codings: [Coding(system: CodeSystemName.loinc, code: "8480-6")]),
                value: .quantity(try ClinicalQuantity(value: "120", system: CodeSystemName.ucum, code: "mm[Hg]"))),
            .init(code: CodedConcept(text: "王芳"), value: .boolean(true)),
        ]
        var wrong = statement(.boolean(true))
        wrong.status = "entered-in-error"
        var claim = ClinicalStatement(kind: .claim)
        claim.total = try .init(value: "120.50", currency: "CNY")
        claim.items = [.init(sequence: 1, code: CodedConcept(text: "王芳的床位费"), net: try .init(value: "20", currency: "CNY"))]
        let (rows, withheld) = try rows([pressure, wrong, claim])
        #expect(rows.map(\.place) == [1, 2, 3] && rows.map(\.partOf) == [nil, 1, nil])
        #expect(rows.map(\.code) == ["85354-9", "8480-6", ""])
        #expect(rows[2].value == ResearchValue(type: .money, text: "120.50", unit: "CNY"))
        #expect(withheld.counts[.statement] == 3)
    }
}
