/// A chapter of a document.
package struct DocumentSection: Sendable, Hashable {
    package var code: CodedConcept?
    package var title: String?
    /// What a person reads, as plain text; lines end with a line feed.
    package var text: String?
    package var statements: [ClinicalStatement]
    package var sections: [DocumentSection]
    /// References to what is no statement of this document: carried resources, and what the document does not hold.
    package var references: [String] = []

    package init(
        code: CodedConcept? = nil, title: String? = nil, text: String? = nil, statements: [ClinicalStatement] = [],
        sections: [DocumentSection] = []
    ) {
        (self.code, self.title, self.text, self.statements, self.sections) = (code, title, text, statements, sections)
    }

    /// This section and all below it.
    package var withSections: [DocumentSection] { [self] + sections.flatMap(\.withSections) }
}
