package import SampanClinicalDocument
package import SampanDomain

/// A person of whom documents are exported. Nothing of it is put out but what `QuasiIdentifiers` makes of it.
package struct ResearchSubject: Sendable, Hashable {
    package let person: EnterpriseID
    package let birth: BirthDate?
    package let sex: Sex
    /// Six digits of GB/T 2260 where the person lives; empty where it is not known.
    package let region: String
    /// What else the region knows of the person: names, numbers of papers, telephones, addresses. They are looked for in what is put out.
    package let identifiers: [String]

    package init(person: EnterpriseID, birth: BirthDate?, sex: Sex, region: String = "", identifiers: [String] = []) {
        (self.person, self.birth, self.sex, self.region, self.identifiers) = (person, birth, sex, region, identifiers)
    }
}

/// A document of a person, with what the index of records says of it.
package struct ResearchDocument: Sendable, Hashable {
    /// Its number, whatever that is elsewhere: only a pseudonym of it is put out.
    package let number: [UInt8]
    package let kind: DocumentKind
    package let occurredAt: UnixTime
    package let label: SecurityLabel
    package let content: ClinicalDocument

    package init(number: [UInt8], kind: DocumentKind, occurredAt: UnixTime, label: SecurityLabel, content: ClinicalDocument) {
        (self.number, self.kind, self.occurredAt, self.label, self.content) = (number, kind, occurredAt, label, content)
    }
}

/// Where documents come from. Asked only after it was decided that they may be given.
package protocol ResearchSource: Sendable {
    /// Everybody of whom the dataset may have something.
    func subjects(of dataset: Dataset) async throws -> [ResearchSubject]
    /// Those of one person. What is not of the kinds, or not of the times (both included), is left out.
    func documents(of person: EnterpriseID, kinds: Set<DocumentKind>, from: UnixTime, until: UnixTime) async throws -> [ResearchDocument]
}
