internal import SampanCrypto
package import SampanDomain

/// The number of a document, drawn at random: nothing of its patient or time can be read from it.
package struct DocumentID: Sendable, Hashable {
    static let byteCount = 16

    /// 16 bytes.
    package let bytes: [UInt8]

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    /// Throws unless `text` is 32 hexadecimal digits, as `text` writes them.
    package init(_ text: String) throws(DomainError) {
        guard let bytes = Hexadecimal.bytes(digits: Array(text.utf8)), bytes.count == Self.byteCount else {
            throw DomainError(field: "document_id", message: "not a document's number; right would be 32 hexadecimal digits")
        }
        self.bytes = bytes
    }

    static func fresh() throws(RecordsError) -> DocumentID {
        DocumentID(stored: try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(byteCount) })
    }

    /// 32 small hexadecimal digits.
    package var text: String { Hexadecimal.lowercase(bytes) }
}

extension DocumentID: CustomStringConvertible {
    package var description: String { text }
}
