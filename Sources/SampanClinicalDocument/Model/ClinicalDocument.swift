package import SampanDomain

/// A document of a patient's record, whatever form it came in: what an index, a viewer or an export needs of it. The bytes that it was
/// read from are not in it, and are never changed: they are the document, this is a reading of it.
package struct ClinicalDocument: Sendable, Hashable {
    package var format: DocumentFormat
    /// Nil where the document is of none of the kinds that are shared (RE-11).
    package var kind: DocumentKind?
    /// `Composition`'s, of a document.
    package var address = ResourceAddress()
    /// `Bundle.id`.
    package var bundleID: String?
    /// What kind of document it is, in its own codes.
    package var type: CodedConcept?
    package var identifier: ClinicalIdentifier?
    /// All versions of one document share it.
    package var setIdentifier: ClinicalIdentifier?
    package var version: String?
    package var status: String?
    package var title: String?
    /// BCP 47.
    package var language: String?
    /// `N`, `R`, `V` of HL7's Confidentiality.
    package var confidentiality: String?
    package var created: ClinicalTime?
    package var patient: PatientRecord?
    package var authors: [Party] = []
    package var custodian: Party?
    package var sections: [DocumentSection] = []
    /// Those that stand in no section.
    package var statements: [ClinicalStatement] = []
    /// People, organisations and devices that the document holds, beside authors and custodian.
    package var parties: [Party] = []
    package var opaque: [OpaqueResource] = []
    /// What a reader should know of the reading: elements that were left aside and how often, time zones that were assumed. Names of
    /// elements only, nothing of a patient.
    package var notes: [String: Int] = [:]

    package init(format: DocumentFormat) { self.format = format }

    /// Every section, those in sections too.
    package var allSections: [DocumentSection] { sections.flatMap(\.withSections) }

    /// Every statement, those in sections and in others too.
    package var allStatements: [ClinicalStatement] {
        (allSections.flatMap(\.statements) + statements).flatMap(\.withMembers)
    }

    mutating func note(_ text: String) { notes[text, default: 0] += 1 }
}
