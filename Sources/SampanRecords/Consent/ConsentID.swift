internal import SampanCrypto
package import SampanDomain

/// The number of a grant, a code request or an emergency access: random, so that it tells nothing and is not guessed.
package struct ConsentID: Sendable, Hashable {
    /// 16 bytes.
    package let bytes: [UInt8]

    init(stored bytes: [UInt8]) { self.bytes = bytes }

    /// Throws unless `text` is 32 hexadecimal digits.
    package init(_ text: String) throws(DomainError) {
        guard let bytes = Hexadecimal.bytes(digits: Array(text.utf8)), bytes.count == 16 else {
            throw DomainError(field: "consent_id", message: "not a number of a consent; right would be 32 hexadecimal digits")
        }
        self.bytes = bytes
    }

    static func fresh() throws(RecordsError) -> ConsentID {
        ConsentID(stored: try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(16) })
    }

    package var text: String { Hexadecimal.lowercase(bytes) }
}
