package import SampanDomain

/// One line of an export: one statement of a document, or a part of one. Every field is of a closed list or of a checked form; none holds
/// words that somebody wrote.
package struct ResearchRow: Sendable, Hashable {
    package static let header = [
        "person", "age", "sex", "region", "document", "kind", "place", "part_of", "statement", "system", "code", "status", "negated",
        "began",
        "ended", "type", "value", "upper", "unit", "interpretation",
    ]

    /// Pseudonym, of the project.
    package var person: String
    package var traits: QuasiIdentifiers
    /// Pseudonym, of the project.
    package var document: String
    package var documentKind: DocumentKind
    /// From 1, within the document.
    package var place: Int
    /// The place of the statement that it is a part of; nil for a statement.
    package var partOf: Int?
    /// In the words of FHIR's resources.
    package var statement: String
    /// A word of the vocabulary, and a code of that system; empty for none.
    package var system = ""
    package var code = ""
    /// In the words of FHIR; empty for none that is known.
    package var status = ""
    package var isNegated = false
    /// Days, moved back.
    package var began = ""
    package var ended = ""
    package var value: ResearchValue?
    package var interpretation = ""

    var fields: [String] {
        [
            person, traits.age, traits.sex, traits.region, document, documentKind.rawValue, String(place), partOf.map(String.init) ?? "",
            statement, system, code, status, isNegated ? "1" : "0", began, ended, value?.type.rawValue ?? "", value?.text ?? "",
            value?.upper ?? "", value?.unit ?? "", interpretation,
        ]
    }

    /// By what nobody chose: the order of a source would be the same in two projects, and tell who is who.
    static func isBefore(_ left: ResearchRow, _ right: ResearchRow) -> Bool {
        (left.person, left.document, left.place) < (right.person, right.document, right.place)
    }
}

/// What was found, as far as it is put out.
package struct ResearchValue: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case quantity, code, integer, boolean, time, period, range, ratio, money
    }

    package var type: Kind
    /// With its comparator, as it was written: `<5.0`. Of a range the lower end, of a ratio what is above, of a period its begin.
    package var text: String
    /// Of a range the upper end, of a ratio what is below, of a period its end; else empty.
    package var upper = ""
    /// Of UCUM, of money ISO 4217, of a code its system; else empty.
    package var unit = ""
}
