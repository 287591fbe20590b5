internal import COpenSSL

/// AES-256-GCM (NIST SP 800-38D): keeps bytes secret, and finds any change of them or of what they are bound to.
///
/// A nonce is drawn at random for each seal: with one key, stay below 2^32 seals (SP 800-38D §8.3).
package struct AESGCM: Sendable {
    package static let keyCount = 32
    package static let nonceCount = 12
    package static let tagCount = 16
    /// Bytes a box is longer than what it holds.
    package static let overhead = nonceCount + tagCount
    /// Largest plaintext, in bytes: one call of OpenSSL takes an Int32.
    package static let sizeLimit = 1 << 30

    private let key: [UInt8]

    // Made once, only read afterwards and never freed; nil when OpenSSL did not start.
    nonisolated(unsafe) private static let cipher: OpaquePointer? =
        unsafe OpenSSLLibrary.isReady ? EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) : nil

    /// Throws `badLength` unless the key has 32 bytes.
    package init(key: [UInt8]) throws(CryptoError) {
        guard key.count == Self.keyCount else { throw CryptoError(.badLength, "an AES-256 key has 32 bytes") }
        self.key = key
    }

    /// Encrypts into a box of nonce, ciphertext and tag. `context` is bound to it, not kept in it: `open` needs the same.
    package func seal(_ plaintext: [UInt8], context: [UInt8]) throws(CryptoError) -> [UInt8] {
        try seal(plaintext, context: context, nonce: RandomBytes.make(Self.nonceCount))
    }

    /// For protocols that draw the nonce themselves (WeChat Pay writes it as text), and for published test vectors: a nonce used twice
    /// under one key gives the key stream away.
    package func seal(_ plaintext: [UInt8], context: [UInt8], nonce: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard plaintext.count <= Self.sizeLimit, context.count <= Self.sizeLimit, nonce.count == Self.nonceCount else {
            throw CryptoError(.badLength, "too long to seal")
        }
        let cipher = try unsafe CipherContext(Self.cipher, key: key, nonce: nonce, encrypting: true)
        try cipher.bind(context)
        let ciphertext = try cipher.update(plaintext)
        guard cipher.finish() else { throw .openSSL(.library, "AES-GCM failed") }
        return nonce + ciphertext + (try cipher.tag(Self.tagCount))
    }

    /// Decrypts a box. Throws `authenticationFailed` for any change of box, context or key, and for a box too short to be one.
    package func open(_ box: [UInt8], context: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard (Self.overhead...Self.sizeLimit + Self.overhead).contains(box.count), context.count <= Self.sizeLimit else {
            throw CryptoError(.authenticationFailed, "not a sealed box")
        }
        let end = box.count - Self.tagCount
        let cipher = try unsafe CipherContext(Self.cipher, key: key, nonce: Array(box[..<Self.nonceCount]), encrypting: false)
        try cipher.bind(context)
        let plaintext = try cipher.update(Array(box[Self.nonceCount..<end]))
        try cipher.expect(tag: Array(box[end...]))
        guard cipher.finish() else {
            ErrorQueue.clear()
            throw CryptoError(.authenticationFailed, "the sealed bytes, their context or the key is another")
        }
        return plaintext
    }
}
