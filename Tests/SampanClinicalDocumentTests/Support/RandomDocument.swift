import SampanClinicalDocument
import SampanTestSupport

/// Documents made of a seed, with every field of the neutral model in use.
struct RandomDocument {
    private var random: SeededRandom
    private static let words = ["张无忌", "blood <pressure> & more", "肌酐", "O'Neill \"x\"", "é\u{301}", "𠮷", "a b"]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
    private mutating func chance() -> Bool { below(2) == 0 }
    private mutating func word() -> String { Self.words[below(Self.words.count)] + String(below(1_000)) }
    private mutating func maybe<T>(_ make: (inout RandomDocument) -> T?) -> T? { chance() ? make(&self) : nil }
    private mutating func list<T>(_ limit: Int, _ make: (inout RandomDocument) -> T?) -> [T] {
        (0..<below(limit + 1)).compactMap { _ in make(&self) }
    }

    private mutating func time() -> ClinicalTime? {
        let forms = [
            "2026", "202602", "20260228", "2026022813", "202602281359+0800", "20260228135959", "20260228135959.123-0500",
            "20260228135959+0000",
        ]
        return try? ClinicalTime(hl7: forms[below(forms.count)])
    }

    private mutating func coding() -> Coding? {
        Coding(
            system: maybe { "urn:oid:1.2.\($0.below(9))" }, version: maybe { _ in "1" }, code: "c\(below(99))", display: maybe { $0.word() }
        )
    }

    private mutating func concept() -> CodedConcept? {
        let concept = CodedConcept(codings: list(2) { $0.coding() }, text: maybe { $0.word() })
        return concept.isEmpty ? CodedConcept(text: word()) : concept
    }

    private mutating func quantity() -> ClinicalQuantity? {
        let numbers = ["1.50", "0", "-3", "1e3", "172.0"]
        return try? ClinicalQuantity(
            value: numbers[below(numbers.count)], comparator: nil, unit: maybe { $0.word() },
            system: maybe { _ in "http://unitsofmeasure.org" },
            code: maybe { _ in "g/L" })
    }

    private mutating func identifier() -> ClinicalIdentifier? {
        ClinicalIdentifier(
            system: maybe { "urn:oid:1.3.\($0.below(9))" }, value: word(), type: maybe { $0.concept() }, use: maybe { _ in "official" },
            assigner: maybe { $0.word() })
    }

    private mutating func value() -> ClinicalValue? {
        switch below(9) {
        case 0: quantity().map { .quantity($0) }
        case 1: concept().map { .concept($0) }
        case 2: .text(word())
        case 3: .integer(String(below(100)))
        case 4: .boolean(chance())
        case 5: time().map { .time($0) }
        case 6: .period(start: time(), end: maybe { $0.time() })
        case 7: .range(low: quantity(), high: maybe { $0.quantity() })
        default: .ratio(numerator: quantity(), denominator: quantity())
        }
    }

    private mutating func timing() -> ClinicalTiming? {
        chance() ? time().map { .moment($0) } : .period(start: maybe { $0.time() }, end: time())
    }

    private mutating func money() -> ClinicalStatement.Money? {
        try? ClinicalStatement.Money(value: "12.30", currency: maybe { _ in "CNY" })
    }

    private mutating func dosage() -> ClinicalStatement.Dosage? {
        ClinicalStatement.Dosage(text: word(), route: maybe { $0.concept() }, dose: maybe { $0.quantity() })
    }

    private mutating func attachment() -> ClinicalStatement.Attachment? {
        ClinicalStatement.Attachment(
            contentType: "application/pdf", url: maybe { _ in "urn:x" }, data: maybe { _ in "AAEC" }, title: maybe { $0.word() },
            created: maybe { $0.time() })
    }

    private mutating func component(hasValue: Bool) -> ClinicalStatement.Component? {
        ClinicalStatement.Component(
            code: concept(), value: hasValue ? value() : nil, interpretation: hasValue ? list(1) { $0.concept() } : [])
    }

    private static let statuses: [StatementKind: String] = [
        .result: "final", .report: "amended", .prescription: "active", .medication: "stopped", .immunization: "not-done",
        .procedure: "completed",
        .order: "revoked", .encounter: "finished", .imagingStudy: "available", .claim: "active", .attachment: "current",
        .familyHistory: "partial",
    ]

    mutating func statement(_ kind: StatementKind, depth: Int = 0) -> ClinicalStatement {
        var statement = ClinicalStatement(kind: kind)
        statement.identifiers = list(2) { $0.identifier() }
        statement.status = maybe { _ in Self.statuses[kind] }
        statement.isNegated = chance()
        statement.code = maybe { $0.concept() }
        statement.categories = list(2) { $0.concept() }
        statement.timing = maybe { $0.timing() }
        statement.issued = maybe { $0.time() }
        statement.value = maybe { $0.value() }
        statement.interpretation = list(2) { $0.concept() }
        statement.components = list(2) { $0.component(hasValue: $0.chance()) }
        statement.bodySite = maybe { $0.concept() }
        statement.dosages = list(2) { $0.dosage() }
        statement.text = maybe { $0.word() }
        statement.attachments = list(2) { $0.attachment() }
        statement.ranges = list(2) {
            ClinicalStatement.ReferenceRange(low: $0.quantity(), high: $0.maybe { $0.quantity() }, text: $0.maybe { $0.word() })
        }
        statement.clinicalStatus = maybe { $0.concept() }
        statement.verification = maybe { $0.concept() }
        statement.references = list(1) { "Observation/far\($0.below(9))" }
        special(&statement)
        if depth < 2 {
            statement.members = list(2) { $0.statement(StatementKind.allCases[$0.below(StatementKind.allCases.count)], depth: depth + 1) }
        }
        return statement
    }

    /// What only one kind has, and what FHIR's form of a kind makes of a value.
    private mutating func special(_ statement: inout ClinicalStatement) {
        switch statement.kind {
        case .prescription, .order: statement.intent = maybe { _ in "plan" }
        case .claim:
            statement.intent = maybe { _ in "claim" }
            statement.total = maybe { $0.money() }
            statement.items = list(2) {
                ClinicalStatement.FeeItem(
                    sequence: 1 + $0.below(9), code: $0.maybe { $0.concept() }, quantity: $0.maybe { $0.quantity() },
                    net: $0.maybe { $0.money() })
            }
        case .imagingStudy:
            statement.imaging = ClinicalStatement.ImagingDetail(
                modalities: list(2) { $0.coding() }, numberOfSeries: maybe { $0.below(9) }, numberOfInstances: maybe { $0.below(9) },
                series: list(2) {
                    ClinicalStatement.ImagingDetail.Series(
                        uid: "1.2.\($0.below(99))", modality: $0.maybe { $0.coding() }, text: $0.maybe { $0.word() },
                        instances: [.init(uid: "1.3", sopClass: $0.maybe { $0.coding() }, number: 1)])
                })
        default: break
        }
    }

    mutating func document() -> ClinicalDocument {
        var document = ClinicalDocument(format: .fhirBundle("document"))
        document.type = concept()
        document.identifier = identifier()
        document.setIdentifier = maybe { $0.identifier() }
        document.version = maybe { _ in "2" }
        document.status = maybe { _ in "amended" }
        document.title = maybe { $0.word() }
        document.language = maybe { _ in "zh-CN" }
        document.confidentiality = maybe { _ in "R" }
        document.created = maybe { $0.time() }
        document.patient = PatientRecord(
            identifiers: list(2) { $0.identifier() },
            names: list(2) { PersonName(use: $0.maybe { _ in "official" }, text: $0.word(), given: $0.list(1) { $0.word() }) },
            sex: maybe { _ in .female }, sexCode: maybe { $0.coding() }, birth: maybe { $0.time() },
            telecoms: list(1) { ContactPoint(system: "phone", value: $0.word()) },
            addresses: list(1) { PostalAddress(lines: [$0.word()], city: $0.word()) })
        document.authors = [Party(kind: .person, names: [PersonName(text: word())]), Party(kind: .device, title: word())]
        document.custodian = maybe { Party(kind: .organization, identifiers: $0.list(1) { $0.identifier() }, title: $0.word()) }
        document.sections = list(3) { $0.section(depth: 0) }
        document.statements = list(3) { $0.statement(StatementKind.allCases[$0.below(StatementKind.allCases.count)]) }
        return document
    }

    private mutating func section(depth: Int) -> DocumentSection? {
        DocumentSection(
            code: maybe { $0.concept() }, title: maybe { $0.word() }, text: maybe { "\($0.word())\n\($0.word())" },
            statements: list(3) { $0.statement(StatementKind.allCases[$0.below(StatementKind.allCases.count)]) },
            sections: depth < 2 ? list(2) { $0.section(depth: depth + 1) } : [])
    }
}
