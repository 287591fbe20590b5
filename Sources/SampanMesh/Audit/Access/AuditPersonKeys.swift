internal import SampanCrypto
package import SampanDomain

/// The node's secret, of which every person's key is made: lost, nobody's entries are found any more (they still verify); told, whoever has
/// it and the log can say who is meant. Safe from any thread.
package struct AuditPersonKeys: Sendable {
    /// Name of the file in a node's data folder that holds the secret.
    package static let fileName = "audit-person.key"

    private let secret: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(secret: [UInt8]) {
        guard secret.count == 32 else { return nil }
        self.secret = secret
    }

    /// The key of one person: HMAC-SHA256 of "sampan audit person key v1", a zero byte and the id (8 bytes, big endian). Throws `unsigned`
    /// only when OpenSSL is out of memory.
    package func key(of person: EnterpriseID) throws(AuditError) -> AuditPersonKey {
        let bytes = Array("sampan audit person key v1".utf8) + [0] + BigEndian.bytes(UInt64(bitPattern: person.number))
        do throws(CryptoError) { return AuditPersonKey(made: try HMACSHA256.authenticate(bytes, key: secret)) } catch {
            throw .unsigned(error.detail)
        }
    }

    /// How entries name one person. Throws as `key(of:)` does.
    package func pseudonym(of person: EnterpriseID) throws(AuditError) -> AuditPseudonym {
        try AuditPseudonym(of: try key(of: person))
    }
}
