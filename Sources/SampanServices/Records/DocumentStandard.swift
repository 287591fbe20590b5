internal import SampanClinicalDocument
internal import SampanDomain
internal import SampanFerry
internal import SampanRPC

/// A standard that a document may claim to follow. The claim is held against the content before the document is stored.
enum DocumentStandard: String, Sendable, Hashable, CaseIterable {
    case clinicalDocument = "HL7 CDA R2"
    case fhir = "HL7 FHIR R4"

    /// Bytes of a content that is held whole, to be read or converted. 16 MiB: what the readers take.
    static let mostBytes = 16 << 20
    /// Characters of a fault that are told.
    private static let longestFault = 200

    /// Nil for no claim. Throws for the name of another standard.
    init?(claimed text: String) throws(DomainError) {
        guard !text.isEmpty else { return nil }
        guard let standard = DocumentStandard(rawValue: text) else {
            throw DomainError(
                field: "details.standard", message: "is none of \(Self.allCases.map(\.rawValue).joined(separator: ", ")), and not empty")
        }
        self = standard
    }

    /// Returns when the content is a document of this standard. Throws INVALID_ARGUMENT `STANDARD_NOT_FOLLOWED` with the place of the
    /// fault. Computes: some milliseconds, seconds for a hostile content.
    func check(_ content: [UInt8]) throws(RPCError) {
        let document: ClinicalDocument
        do throws(DocumentError) { document = try ClinicalDocumentReader().read(content) } catch {
            throw RPCError(.invalidArgument, reason: "STANDARD_NOT_FOLLOWED", "the content is no \(rawValue): \(Self.text(of: error))")
        }
        guard DocumentStandard(of: document.format) == self else {
            throw RPCError(
                .invalidArgument, reason: "STANDARD_NOT_FOLLOWED", "the content is no \(rawValue), but \(document.format.family)")
        }
    }

    init(of format: DocumentFormat) {
        switch format {
        case .wst500, .cCDA, .cda: self = .clinicalDocument
        case .fhirBundle, .fhirResource: self = .fhir
        }
    }

    /// Where and what. Names of elements are told, and only where they are plain: what stands in a document as a name may be anything.
    static func text(of error: DocumentError) -> String {
        let text = error.description
        let isPlain = text.utf8.count <= longestFault && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return isPlain ? "\(error.code): \(text)" : error.code
    }
}

extension DocumentFormat {
    /// The standard alone: a type of resource comes from the document.
    fileprivate var family: String { DocumentStandard(of: self).rawValue }
}
