package import SampanDomain

/// One version of a document, as its index has it. Only `RecordReader` gives one out.
package struct DocumentEntry: Sendable, Hashable {
    package let document: DocumentID
    /// 1 upwards.
    package let version: Int64
    package let patient: EnterpriseID
    package let kind: DocumentKind
    package let occurredAt: UnixTime
    package let storedAt: UnixTime
    package let owner: InstitutionCode
    package let custodian: InstitutionCode
    package let label: SecurityLabel
    /// Bytes of the content.
    package let size: Int64
    /// SHA-256 of the content: its address.
    package let digest: [UInt8]
    package let details: DocumentDetails
}

/// What an upload came to.
package struct StoredVersion: Sendable, Hashable {
    package let document: DocumentID
    package let version: Int64
    package let size: Int64
    /// SHA-256 of the content.
    package let digest: [UInt8]
    /// False when the request had been carried out before, and this is what came of it then.
    package let isNew: Bool
}
