package import SampanXML

/// Reads documents of any form that is taken. Pure: bytes in, a value out; any thread may call it.
package struct ClinicalDocumentReader: Sendable {
    package var xml: XMLLimits
    package var fhir: FHIRLimits

    package init(xml: XMLLimits = .default, fhir: FHIRLimits = .default) { (self.xml, self.fhir) = (xml, fhir) }

    /// What the bytes are, by how they begin. Nil for neither.
    package enum Syntax: Sendable { case xml, json }

    package static func syntax(of bytes: [UInt8]) -> Syntax? {
        // A byte-order mark stands for XML unless a brace follows it; UTF-16 is XML's only.
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        switch body.first(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }) {
        case UInt8(ascii: "{"): return .json
        case UInt8(ascii: "<"), 0xFE, 0xFF, 0x00: return .xml
        default: return nil
        }
    }

    /// Throws for bytes that are no document, or not one of one person; see `DocumentError`.
    package func read(_ bytes: [UInt8]) throws(DocumentError) -> ClinicalDocument {
        switch Self.syntax(of: bytes) {
        case .xml: try CDAReader.read(bytes, limits: xml)
        case .json: try FHIRReader.read(bytes, limits: fhir)
        case nil: throw DocumentError(.unknownFormat)
        }
    }
}
