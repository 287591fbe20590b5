/// In which form a document came.
package enum DocumentFormat: Sendable, Hashable {
    /// The Chinese family of shared documents (WS/T 500), by its code: `C0007`.
    case wst500(String)
    /// HL7 C-CDA.
    case cCDA
    /// HL7 CDA R2 of another family.
    case cda
    /// A FHIR R4 bundle, by its type: `document`, `collection`, `batch`, `transaction`, `searchset`, …
    case fhirBundle(String)
    /// One FHIR R4 resource, by its type.
    case fhirResource(String)

    /// For commands and metadata: `cda/wst500`, `cda/c-cda`, `cda`, `fhir-r4/bundle/document`, `fhir-r4/Patient`.
    package var name: String {
        switch self {
        case .wst500: "cda/wst500"
        case .cCDA: "cda/c-cda"
        case .cda: "cda"
        case .fhirBundle(let type): "fhir-r4/bundle/\(type)"
        case .fhirResource(let type): "fhir-r4/\(type)"
        }
    }
}
