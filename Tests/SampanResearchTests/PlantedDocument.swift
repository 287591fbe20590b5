import SampanClinicalDocument
import SampanDomain
import SampanTestSupport

/// A document in every field of which somebody's name or number stands, as far as the field takes it.
struct PlantedDocument {
    /// What is planted: own and others'.
    let texts: [String]
    var random: SeededRandom

    init(texts: [String], seed: UInt64) {
        self.texts = texts
        random = SeededRandom(seed: seed)
    }

    private mutating func text() -> String { texts.randomElement(using: &random) ?? "" }

    private mutating func coding(_ system: String? = nil) -> Coding {
        let systems = [
            CodeSystemName.loinc, CodeSystemName.snomed, "urn:oid:2.16.156.10011.2.3.3.11", "http://hl7.org/fhir/sid/icd-10",
            CodeSystemName.dataElement, "http://terminology.hl7.org/CodeSystem/v3-ActCode", text(),
        ]
        return Coding(system: system ?? systems.randomElement(using: &random), version: text(), code: text(), display: text())
    }

    private mutating func concept() -> CodedConcept { CodedConcept(codings: [coding(), coding()], text: text()) }

    private mutating func quantity() throws -> ClinicalQuantity {
        let planted = text()
        return try ClinicalQuantity(
            value: ClinicalQuantity.isDecimal(planted) ? planted : "5.1", comparator: text(), unit: text(),
            system: Bool.random(using: &random) ? CodeSystemName.ucum : nil, code: Bool.random(using: &random) ? text() : "g/L")
    }

    private mutating func value() throws -> ClinicalValue {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: .quantity(try quantity())
        case 1: .concept(concept())
        case 2: .text(text())
        case 3: .integer(text())
        case 4: .range(low: try quantity(), high: try quantity())
        case 5: .ratio(numerator: try quantity(), denominator: try quantity())
        case 6: .opaque(type: text(), json: Array("{\"name\":\"\(text())\"}".utf8))
        default: .quantity(try ClinicalQuantity(value: "132", system: CodeSystemName.ucum, code: "g/L"))
        }
    }

    private mutating func statement(_ kind: StatementKind, at time: ClinicalTime, depth: Int = 0) throws -> ClinicalStatement {
        var statement = ClinicalStatement(kind: kind)
        statement.address = ResourceAddress(fullURL: text(), id: text())
        statement.identifiers = [ClinicalIdentifier(system: text(), value: text(), type: concept(), assigner: text())]
        (statement.status, statement.intent, statement.text) = (Bool.random(using: &random) ? text() : "final", text(), text())
        // A code that goes out, so that the row does.
        statement.code = CodedConcept(
            codings: [coding(), Coding(system: CodeSystemName.loinc, code: "718-7", display: text())], text: text())
        (statement.timing, statement.issued) = (.moment(time), time)
        statement.value = try value()
        (statement.interpretation, statement.categories, statement.bodySite) = ([concept()], [concept()], concept())
        statement.ranges = [.init(low: try quantity(), high: nil, text: text())]
        statement.components = [
            .init(
                code: CodedConcept(codings: [coding(), Coding(system: CodeSystemName.loinc, code: "8480-6", display: text())]),
                value: try value(), interpretation: [concept()])
        ]
        statement.dosages = [.init(text: text(), route: concept(), dose: try quantity())]
        statement.items = [.init(sequence: 1, code: concept(), quantity: try quantity(), net: try .init(value: "1", currency: text()))]
        statement.total = try .init(value: "12.50", currency: text())
        statement.attachments = [.init(contentType: text(), url: text(), data: text(), title: text())]
        statement.references = [text()]
        if depth < 1 { statement.members = [try self.statement(.result, at: time, depth: depth + 1)] }
        return statement
    }

    mutating func make(at time: ClinicalTime) throws -> ClinicalDocument {
        var document = ClinicalDocument(format: .cda)
        let name = PersonName(text: text(), family: text(), given: [text()], prefix: [text()], suffix: [text()])
        document.patient = PatientRecord(
            address: ResourceAddress(fullURL: text(), id: text()), identifiers: [ClinicalIdentifier(system: text(), value: text())],
            names: [name], sexCode: coding(), telecoms: [ContactPoint(system: "phone", value: text())],
            addresses: [PostalAddress(text: text(), lines: [text()], city: text(), district: text(), state: text(), postalCode: text())])
        let party = Party(kind: .person, identifiers: [ClinicalIdentifier(value: text())], names: [name], title: text(), reference: text())
        (document.authors, document.custodian, document.parties) = ([party], party, [party])
        (document.identifier, document.setIdentifier) = (ClinicalIdentifier(value: text()), ClinicalIdentifier(value: text()))
        (document.title, document.bundleID, document.version, document.status) = (text(), text(), text(), text())
        (document.type, document.confidentiality, document.language) = (concept(), text(), text())
        document.sections = [
            DocumentSection(code: concept(), title: text(), text: text(), statements: [try statement(.diagnosis, at: time)])
        ]
        document.statements = try StatementKind.allCases.map { try statement($0, at: time) }
        document.opaque = [OpaqueResource(address: ResourceAddress(id: text()), type: text(), json: Array(text().utf8))]
        document.notes[text()] = 1
        return document
    }
}
