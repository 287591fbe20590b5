/// Hybrid public key encryption (RFC 9180), base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-GCM.
///
/// OpenSSL has it from 3.2 on; this is made of what 3.0 has, and held against the vectors of RFC 9180, Appendix A.1. Who seals is not
/// proven by it: anybody may seal to a public key.
package enum HPKE {
    /// The AEAD (RFC 9180 §7.3).
    package enum Cipher: UInt16, Sendable {
        case aes128GCM = 1
        case aes256GCM = 2

        var keyCount: Int { self == .aes128GCM ? 16 : 32 }
    }

    private static let kemID: [UInt8] = [0, 0x20]
    private static let kdfID: [UInt8] = [0, 1]
    private static let version = Array("HPKE-v1".utf8)
    /// Bytes of a secret of the KEM, and of HKDF-SHA256's.
    private static let secretCount = 32

    /// Begins to seal to a public key; what is sealed is opened with the encapsulation, which is no secret.
    /// - Parameter info: the same on both sides; binds the context to its purpose.
    package static func sender(to recipient: X25519PublicKey, info: [UInt8], _ cipher: Cipher = .aes256GCM) throws(CryptoError) -> (
        encapsulation: [UInt8], context: HPKEContext
    ) {
        try sender(to: recipient, info: info, cipher, ephemeral: X25519PrivateKey.generate())
    }

    /// For published test vectors: an ephemeral key is used once.
    static func sender(
        to recipient: X25519PublicKey, info: [UInt8], _ cipher: Cipher, ephemeral: X25519PrivateKey
    ) throws(CryptoError) -> (encapsulation: [UInt8], context: HPKEContext) {
        let secret = try sharedSecret(try ephemeral.agree(with: recipient), ephemeral.publicKey, recipient)
        return (ephemeral.publicKey.bytes, try context(secret, info, cipher))
    }

    /// Begins to open what was sealed. Throws `badLength` and `badKey` for an encapsulation that is none.
    package static func recipient(
        _ key: X25519PrivateKey, encapsulation: [UInt8], info: [UInt8], _ cipher: Cipher = .aes256GCM
    ) throws(CryptoError) -> HPKEContext {
        let ephemeral = try X25519PublicKey(bytes: encapsulation)
        let secret = try sharedSecret(try key.agree(with: ephemeral), ephemeral, key.publicKey)
        return try context(secret, info, cipher)
    }

    /// ExtractAndExpand of §4.1.
    private static func sharedSecret(
        _ agreed: [UInt8], _ ephemeral: X25519PublicKey, _ recipient: X25519PublicKey
    ) throws(CryptoError) -> [UInt8] {
        let suite = Array("KEM".utf8) + kemID
        let pseudorandom = try extract([], "eae_prk", agreed, suite)
        return try expand(pseudorandom, "shared_secret", ephemeral.bytes + recipient.bytes, secretCount, suite)
    }

    /// KeySchedule of §5.1, for mode_base: no pre-shared key.
    private static func context(_ shared: [UInt8], _ info: [UInt8], _ cipher: Cipher) throws(CryptoError) -> HPKEContext {
        let suite = Array("HPKE".utf8) + kemID + kdfID + [0, UInt8(cipher.rawValue)]
        let schedule = [0] + (try extract([], "psk_id_hash", [], suite)) + (try extract([], "info_hash", info, suite))
        let secret = try extract(shared, "secret", [], suite)
        return HPKEContext(
            key: try expand(secret, "key", schedule, cipher.keyCount, suite),
            baseNonce: try expand(secret, "base_nonce", schedule, AESGCM.nonceCount, suite), cipher)
    }

    /// LabeledExtract of §4; HKDF-Extract of RFC 5869 is HMAC with the salt as key, and none is 32 zeros.
    private static func extract(_ salt: [UInt8], _ label: String, _ material: [UInt8], _ suite: [UInt8]) throws(CryptoError) -> [UInt8] {
        try HMACSHA256.authenticate(
            version + suite + Array(label.utf8) + material,
            key: salt.isEmpty ? [UInt8](repeating: 0, count: SHA256.byteCount) : salt)
    }

    /// LabeledExpand of §4, for one block of HKDF-Expand: all that is asked for has 32 bytes or less.
    private static func expand(
        _ key: [UInt8], _ label: String, _ info: [UInt8], _ count: Int, _ suite: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        precondition(count <= SHA256.byteCount, "one block of HKDF-Expand")
        let length = [UInt8(count >> 8), UInt8(count & 0xFF)]
        return Array(try HMACSHA256.authenticate(length + version + suite + Array(label.utf8) + info + [1], key: key).prefix(count))
    }
}
