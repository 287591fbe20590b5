/// A number that somebody gave: to a person, a document, an order.
package struct ClinicalIdentifier: Sendable, Hashable {
    /// Who gave it, as a URI: `urn:oid:2.16.156.10011.1.3` is the citizen's number. Nil where the document does not say.
    package var system: String?
    package var value: String?
    package var type: CodedConcept?
    /// `usual`, `official`, `temp`, `secondary`, `old`.
    package var use: String?
    /// Who gave it, in words.
    package var assigner: String?

    package init(system: String? = nil, value: String? = nil, type: CodedConcept? = nil, use: String? = nil, assigner: String? = nil) {
        (self.system, self.value, self.type, self.use, self.assigner) = (system, value, type, use, assigner)
    }
}
