internal import COpenSSL

/// Seals and opens under one encapsulation (RFC 9180 §5.2), each message under its own number. Which numbers are used is the caller's: what
/// is kept in a table is opened in any order.
package struct HPKEContext: Sendable {
    let key: [UInt8]
    let baseNonce: [UInt8]
    private let cipher: HPKE.Cipher

    // Made once, only read afterwards and never freed; nil when OpenSSL did not start.
    nonisolated(unsafe) private static let aes128: OpaquePointer? =
        unsafe OpenSSLLibrary.isReady ? EVP_CIPHER_fetch(nil, "AES-128-GCM", nil) : nil
    // Made once, only read afterwards and never freed, as the one above.
    nonisolated(unsafe) private static let aes256: OpaquePointer? =
        unsafe OpenSSLLibrary.isReady ? EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) : nil

    init(key: [UInt8], baseNonce: [UInt8], _ cipher: HPKE.Cipher) {
        (self.key, self.baseNonce, self.cipher) = (key, baseNonce, cipher)
    }

    /// Encrypts; `context` is bound to it and not kept in it.
    /// - Parameter number: of the message under this context. **Never the same twice**: it would give the key stream away.
    package func seal(_ plaintext: [UInt8], context: [UInt8], number: UInt64) throws(CryptoError) -> [UInt8] {
        guard plaintext.count <= AESGCM.sizeLimit, context.count <= AESGCM.sizeLimit else {
            throw CryptoError(.badLength, "too long to seal")
        }
        let run = try start(number, encrypting: true)
        try run.bind(context)
        let ciphertext = try run.update(plaintext)
        guard run.finish() else { throw .openSSL(.library, "AES-GCM failed") }
        return ciphertext + (try run.tag(AESGCM.tagCount))
    }

    /// Throws `authenticationFailed` for any change of bytes, context, number or key.
    package func open(_ sealed: [UInt8], context: [UInt8], number: UInt64) throws(CryptoError) -> [UInt8] {
        guard (AESGCM.tagCount...AESGCM.sizeLimit).contains(sealed.count), context.count <= AESGCM.sizeLimit else {
            throw CryptoError(.authenticationFailed, "not sealed bytes")
        }
        let end = sealed.count - AESGCM.tagCount
        let run = try start(number, encrypting: false)
        try run.bind(context)
        let plaintext = try run.update(Array(sealed[..<end]))
        try run.expect(tag: Array(sealed[end...]))
        guard run.finish() else {
            ErrorQueue.clear()
            throw CryptoError(.authenticationFailed, "the sealed bytes, their context or the key is another")
        }
        return plaintext
    }

    /// The nonce is the base nonce with the number in its last eight bytes, by exclusive or.
    private func start(_ number: UInt64, encrypting: Bool) throws(CryptoError) -> CipherContext {
        var nonce = baseNonce
        for index in 0..<8 { nonce[nonce.count - 1 - index] ^= UInt8(truncatingIfNeeded: number >> (8 * UInt64(index))) }
        return try unsafe CipherContext(cipher == .aes128GCM ? Self.aes128 : Self.aes256, key: key, nonce: nonce, encrypting: encrypting)
    }
}
