/// Whom a document is about, as the document says it. Who that is in the region is for the patient index to decide.
package struct PatientRecord: Sendable, Hashable {
    /// FHIR's administrative-gender.
    package enum Sex: String, Sendable, Hashable, CaseIterable {
        case male, female, other, unknown
    }

    package var address: ResourceAddress
    package var identifiers: [ClinicalIdentifier]
    package var names: [PersonName]
    package var sex: Sex?
    /// The code that the document has, such as GB/T 2261.1's, which tells more than `sex` does.
    package var sexCode: Coding?
    package var birth: ClinicalTime?
    package var telecoms: [ContactPoint]
    package var addresses: [PostalAddress]
    /// The document refers to a patient that it does not hold: how it does so.
    package var reference: String?

    package init(
        address: ResourceAddress = ResourceAddress(), identifiers: [ClinicalIdentifier] = [], names: [PersonName] = [], sex: Sex? = nil,
        sexCode: Coding? = nil, birth: ClinicalTime? = nil, telecoms: [ContactPoint] = [], addresses: [PostalAddress] = [],
        reference: String? = nil
    ) {
        (self.address, self.identifiers, self.names, self.sex) = (address, identifiers, names, sex)
        (self.sexCode, self.birth, self.telecoms, self.addresses) = (sexCode, birth, telecoms, addresses)
        self.reference = reference
    }

    /// The name to call the person by: the official or usual one, else the first.
    package var name: PersonName? {
        names.first { $0.use == "official" } ?? names.first { $0.use == "usual" } ?? names.first
    }
}
