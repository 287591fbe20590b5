internal import SampanClinicalDocument
package import SampanDomain

/// Makes rows of a document that tell nobody whose they are (RE-21). Pure; refuses by default: a field goes out when it is known to be of
/// a closed list or a checked form, and everything else stays.
///
/// ```
/// names, numbers, telephones, addresses, authors, institutions ─► nothing
/// person, document ─► pseudonyms of the project      birth ─► band of ten years      region ─► city
/// days ─► moved back, by one number for a person and project      codes, units, numbers ─► when their form is right
/// words, pages, pictures, signals ─► nothing
/// ```
package struct Deidentifier: Sendable {
    /// Digits of a measured number, at the most: a day has 8, a telephone 8 within a city or 11, a citizen's number 15 or 18.
    static let mostDigits = 7

    private let key: ProjectKey
    private let reference: UnixTime
    private let vocabulary: CodeVocabulary

    /// - Parameter reference: as of when ages are told: when the project began.
    package init(key: ProjectKey, reference: UnixTime, vocabulary: CodeVocabulary = .standard) {
        (self.key, self.reference, self.vocabulary) = (key, reference, vocabulary)
    }

    /// - Parameter withheld: what stayed is added to it.
    package func rows(
        of document: ResearchDocument, _ subject: ResearchSubject, withheld: inout Withheld
    ) throws(ResearchError) -> [ResearchRow] {
        let (person, name) = (try key.pseudonym(of: subject.person), try key.pseudonym(ofDocument: document.number))
        let traits = QuasiIdentifiers(subject, at: reference)
        let days = ShiftedDay(days: try key.shift(of: subject.person), reference: reference)
        var gate = ValueGate(
            vocabulary: vocabulary, days: days, identifiers: DirectIdentifiers(document.content, subject))
        var rows: [ResearchRow] = []
        func row(_ kind: StatementKind) -> ResearchRow {
            ResearchRow(
                person: person, traits: traits, document: name, documentKind: document.kind, place: rows.count + 1,
                statement: kind.rawValue)
        }
        for section in document.content.allSections where section.text != nil { gate.withheld.add(.text) }
        for statement in document.content.allStatements {
            guard let whole = gate.row(statement, row(statement.kind)) else { continue }
            rows.append(whole)
            for component in statement.components {
                var part = row(statement.kind)
                part.partOf = whole.place
                (part.status, part.isNegated, part.began, part.ended) = (whole.status, whole.isNegated, whole.began, whole.ended)
                if let part = gate.row(component, part) { rows.append(part) }
            }
            for item in statement.items {
                var part = row(statement.kind)
                part.partOf = whole.place
                (part.status, part.began, part.ended) = (whole.status, whole.began, whole.ended)
                if let part = gate.row(item, part) { rows.append(part) }
            }
        }
        withheld.add(gate.withheld)
        return rows
    }
}
