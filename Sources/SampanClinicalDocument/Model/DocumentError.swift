package import SampanJSON
package import SampanXML

/// Why bytes are not a document that is taken.
///
/// Says where and what, by names of elements and of types, and holds nothing of the values: it may be logged and sent.
package struct DocumentError: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Neither XML nor JSON.
        case unknownFormat
        case xml(XMLError)
        case json(JSONError)
        /// XML, but no `ClinicalDocument` of HL7 v3; JSON, but no FHIR resource.
        case notADocument
        /// A required element is not there.
        case missing(String)
        /// An element stands there more often than it may.
        case tooMany(String)
        /// The value is of another kind than the element's: what would be right.
        case wrongType(expected: String)
        /// A date or time that the calendar does not have, or that is not written as the standard has it.
        case badTime
        case badNumber
        /// A code where the standard allows a few and this is none of them.
        case badCode
        /// FHIR R4 has no such type of resource; the name where it looks like one.
        case unknownResourceType(String?)
        /// Two entries of a bundle have one fullUrl.
        case fullURLTwice
        /// More than one person's data stand in the document, which is one person's.
        case severalPatients
        case tooManyEntries(limit: Int)
        /// A modifier extension changes the meaning in a way that is not known here (R4, extensibility.html#modifierExtension).
        case unknownModifier
        /// What is to be written does not fit FHIR R4: a fault of ours.
        case unwritable(String)
    }

    package let reason: Reason
    /// Where: `ClinicalDocument/recordTarget/patientRole`, `Bundle.entry[3].resource`. Empty for the whole.
    package private(set) var place: String

    package init(_ reason: Reason, at place: String = "") { (self.reason, self.place) = (reason, place) }

    /// The same, in a place, unless one is known already.
    package func at(_ place: String) -> DocumentError { self.place.isEmpty ? DocumentError(reason, at: place) : self }

    /// The same, seen from one level further out: `Bundle`, `entry`, `[3]`.
    func inside(_ step: String) -> DocumentError {
        let separator = place.isEmpty || place.first == "[" ? "" : "."
        return DocumentError(reason, at: step + separator + place)
    }

    /// Whether a limit was met.
    package var isLimit: Bool {
        switch reason {
        case .xml(let error): error.isLimit
        case .json(let error): error.isLimit
        case .tooManyEntries: true
        default: false
        }
    }

    /// One word for scripts and for the reason of an RPC error; published.
    package var code: String {
        switch reason {
        case .unknownFormat: "UNKNOWN_FORMAT"
        case .xml: isLimit ? "LIMIT" : "BAD_XML"
        case .json: isLimit ? "LIMIT" : "BAD_JSON"
        case .notADocument: "NOT_A_DOCUMENT"
        case .missing: "MISSING"
        case .tooMany: "TOO_MANY"
        case .wrongType: "WRONG_TYPE"
        case .badTime: "BAD_TIME"
        case .badNumber: "BAD_NUMBER"
        case .badCode: "BAD_CODE"
        case .unknownResourceType: "UNKNOWN_RESOURCE_TYPE"
        case .fullURLTwice: "FULL_URL_TWICE"
        case .severalPatients: "SEVERAL_PATIENTS"
        case .tooManyEntries: "LIMIT"
        case .unknownModifier: "UNKNOWN_MODIFIER"
        case .unwritable: "UNWRITABLE"
        }
    }
}

extension DocumentError: CustomStringConvertible {
    package var description: String { place.isEmpty ? text : "\(place): \(text)" }

    private var text: String {
        switch reason {
        case .unknownFormat: "neither XML nor JSON; right would be HL7 CDA or FHIR R4"
        case .xml(let error): error.description
        case .json(let error): error.description
        case .notADocument: "neither a ClinicalDocument of HL7 CDA R2 nor a resource of FHIR R4"
        case .missing(let name): "\(name) is required"
        case .tooMany(let name): "\(name) may stand there once"
        case .wrongType(let expected): "must be \(expected)"
        case .badTime: "is no date or time of the calendar, or is not written as the standard has it"
        case .badNumber: "is no decimal number"
        case .badCode: "is none of the codes that the standard allows here"
        case .unknownResourceType(let name?): "FHIR R4 has no resource type \(name)"
        case .unknownResourceType(nil): "FHIR R4 has no such resource type"
        case .fullURLTwice: "another entry has this fullUrl"
        case .severalPatients: "holds data of more than one patient; send one document for each"
        case .tooManyEntries(let limit): "more than \(limit) entries"
        case .unknownModifier: "a modifier extension that is not known here changes the meaning"
        case .unwritable(let problem): "cannot be written as FHIR R4: \(problem)"
        }
    }
}
