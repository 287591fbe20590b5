/// Who wrote, keeps or did something.
package struct Party: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case person = "Practitioner"
        case organization = "Organization"
        case device = "Device"
    }

    package var kind: Kind
    package var address: ResourceAddress
    package var identifiers: [ClinicalIdentifier]
    /// Of a person.
    package var names: [PersonName]
    /// Of an organisation or a device.
    package var title: String?
    /// A party that the document only names: how it refers to it.
    package var reference: String?

    package init(
        kind: Kind, address: ResourceAddress = ResourceAddress(), identifiers: [ClinicalIdentifier] = [], names: [PersonName] = [],
        title: String? = nil, reference: String? = nil
    ) {
        (self.kind, self.address, self.identifiers, self.names, self.title) = (kind, address, identifiers, names, title)
        self.reference = reference
    }

    /// What a person reads.
    package var label: String? { title ?? names.first?.display }
}
