package import SampanDomain

/// What is told of a document beside its index: all of it is sealed, since each could tell something of the patient.
package struct DocumentDetails: Sendable, Hashable {
    /// Longest text of one detail, in bytes of UTF-8.
    package static let byteLimit = 1_024

    /// For people; may be empty.
    package let title: String
    /// Who wrote it.
    package let author: StaffID
    /// What the content is, such as `application/fhir+json` or `text/xml`.
    package let mediaType: String
    /// The certificate of quality that the result was made under (互认); nil when there is none.
    package let qualityCertificate: String?
    /// The standard that the content was found to follow, such as `WS/T 500.6`; nil when it was not.
    package let standard: String?
    /// The code of what was examined, for finding repeats; nil when it is no examination.
    package let itemCode: String?

    /// Throws when a text is longer than `byteLimit`, and for an empty media type.
    package init(
        title: String, author: StaffID, mediaType: String, qualityCertificate: String? = nil, standard: String? = nil,
        itemCode: String? = nil
    ) throws(DomainError) {
        for (field, text) in [
            ("title", title), ("media_type", mediaType), ("quality_certificate", qualityCertificate ?? ""), ("standard", standard ?? ""),
            ("item_code", itemCode ?? ""),
        ] where text.utf8.count > Self.byteLimit {
            throw DomainError(field: field, message: "longer than \(Self.byteLimit) bytes")
        }
        guard !mediaType.isEmpty else { throw DomainError(field: "media_type", message: "is missing") }
        self.title = title
        self.author = author
        self.mediaType = mediaType
        self.qualityCertificate = qualityCertificate
        self.standard = standard
        self.itemCode = itemCode
    }
}
