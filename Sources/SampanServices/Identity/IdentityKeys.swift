package import SampanCrypto
internal import SampanIdentity

/// The keys of a patient index: one secret of 32 bytes, from which the keys for sealing and for hashing are derived.
package struct IdentityKeys: IndexKeys {
    package static let secretCount = 32

    private let cipher: AESGCM
    private let hashKey: [UInt8]

    /// Throws unless `secret` has 32 bytes.
    package init(secret: [UInt8]) throws(CryptoError) {
        guard secret.count == Self.secretCount else { throw CryptoError(.badLength, "the secret of an index has 32 bytes") }
        cipher = try AESGCM(key: try HMACSHA256.authenticate(Array("sampan identity sealing".utf8), key: secret))
        hashKey = try HMACSHA256.authenticate(Array("sampan identity hashing".utf8), key: secret)
    }

    package func seal(_ plaintext: [UInt8], context: [UInt8]) throws -> [UInt8] { try cipher.seal(plaintext, context: context) }
    package func open(_ box: [UInt8], context: [UInt8]) throws -> [UInt8] { try cipher.open(box, context: context) }
    package func hash(_ bytes: [UInt8]) throws -> [UInt8] { try HMACSHA256.authenticate(bytes, key: hashKey) }
}
