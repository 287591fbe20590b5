internal import SampanCrypto

/// A person's own audit key, 32 bytes: who has it finds the entries about the person in any log of the node's, and proves to others which
/// they are. The resident gets it; it opens nothing else.
package struct AuditPersonKey: Sendable, Hashable {
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    init(made bytes: [UInt8]) { self.bytes = bytes }

    func authenticate(_ text: String) throws(AuditError) -> [UInt8] {
        do throws(CryptoError) { return try HMACSHA256.authenticate(Array(text.utf8), key: bytes) } catch { throw .unsigned(error.detail) }
    }
}
