package import SampanDomain

/// What a requester asks for. Who asks comes from verified context, never from a message.
package struct ExportRequest: Sendable, Hashable {
    /// Of the requester: the institution of the certificate.
    package let project: ProjectID
    package let staff: StaffID
    package let dataset: DatasetCode
    /// Not empty.
    package let kinds: Set<DocumentKind>
    /// Times that documents tell of; both are included.
    package let from: UnixTime
    package let until: UnixTime
    /// The name of the agreement that it rests on; nil for what is open to anyone.
    package let agreement: String?

    /// Throws for no kinds at all and a time that ends before it begins.
    package init(
        project: ProjectID, staff: StaffID, dataset: DatasetCode, kinds: Set<DocumentKind>, from: UnixTime, until: UnixTime,
        agreement: String? = nil
    ) throws(DomainError) {
        guard !kinds.isEmpty else { throw DomainError(field: "kinds", message: "name at least one kind of document") }
        guard from <= until else { throw DomainError(field: "until", message: "lies before from") }
        if let agreement { try ResearchText.checkName(agreement, field: "agreement") }
        (self.project, self.staff, self.dataset) = (project, staff, dataset)
        (self.kinds, self.from, self.until, self.agreement) = (kinds, from, until, agreement)
    }
}
