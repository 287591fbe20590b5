package import SampanDomain

/// A document that is to be stored. Whose it is comes from the verified caller.
package struct NewDocument: Sendable {
    package let patient: EnterpriseID
    package let kind: DocumentKind
    /// When what it tells of happened: its place in the timeline. An amendment does not move it.
    package let occurredAt: UnixTime
    /// Who keeps the content.
    package let custodian: InstitutionCode
    /// Nil is refused (RE-20).
    package let label: SecurityLabel?
    package let details: DocumentDetails

    package init(
        patient: EnterpriseID, kind: DocumentKind, occurredAt: UnixTime, custodian: InstitutionCode, label: SecurityLabel?,
        details: DocumentDetails
    ) {
        self.patient = patient
        self.kind = kind
        self.occurredAt = occurredAt
        self.custodian = custodian
        self.label = label
        self.details = details
    }
}
