internal import COpenSSL

/// A private key of X25519 (RFC 7748): who opens what was sealed to its public key.
@safe package final class X25519PrivateKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after init; its count and its provider's caches are locked by OpenSSL.
    private let pointer: OpaquePointer
    package let publicKey: X25519PublicKey

    private init(adopting pointer: OpaquePointer) throws(CryptoError) {
        unsafe self.pointer = pointer
        publicKey = try X25519PublicKey(bytes: unsafe Self.publicBytes(of: pointer))
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// From the system's random source.
    package static func generate() throws(CryptoError) -> X25519PrivateKey {
        var bytes = try RandomBytes.make(X25519PublicKey.byteCount)
        defer { SecretBytes.wipe(&bytes) }
        return try X25519PrivateKey(bytes: bytes)
    }

    /// Any 32 bytes are a key (RFC 7748 §5). Throws `badLength` for another number.
    package convenience init(bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == X25519PublicKey.byteCount else { throw CryptoError(.badLength, "an X25519 key has 32 bytes") }
        guard OpenSSLLibrary.isReady, let pointer = unsafe EVP_PKEY_new_raw_private_key_ex(nil, "X25519", nil, bytes, bytes.count) else {
            throw .openSSL(.library, "no X25519 key could be made")
        }
        try unsafe self.init(adopting: pointer)
    }

    /// Reads an unencrypted PKCS #8 key in PEM form. Throws `badKey`, and `unsupportedKey` for one of another kind.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        let bio = try ReadBIO(pem)
        // The callback refuses to give a password: without one, OpenSSL would ask at the terminal.
        guard let pointer = unsafe PEM_read_bio_PrivateKey(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badKey, "no unencrypted private key in PEM form")
        }
        do throws(CryptoError) {
            try unsafe Self.requireKind(of: pointer)
        } catch {
            unsafe EVP_PKEY_free(pointer)
            throw error
        }
        try unsafe self.init(adopting: pointer)
    }

    /// The key as unencrypted PKCS #8 PEM, for a file that only its owner reads.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the private key") { unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }

    /// The shared secret with the owner of a public key, 32 bytes. Throws `badKey` for a public key of small order: the secret would be
    /// zeros, whoever's key this is (RFC 9180 §7.1.4).
    func agree(with peer: X25519PublicKey) throws(CryptoError) -> [UInt8] {
        ErrorQueue.clear()
        let other = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "X25519", nil, peer.bytes, peer.bytes.count)
        defer { unsafe EVP_PKEY_free(other) }
        let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, pointer, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var secret = [UInt8](repeating: 0, count: 32)
        var count = secret.count
        guard unsafe other != nil, unsafe context != nil, unsafe EVP_PKEY_derive_init(context) == 1,
            unsafe EVP_PKEY_derive_set_peer(context, other) == 1, unsafe EVP_PKEY_derive(context, &secret, &count) == 1,
            count == secret.count, secret.contains(where: { $0 != 0 })
        else { throw .openSSL(.badKey, "no secret can be agreed on with this key") }
        return secret
    }

    static func publicBytes(of pointer: OpaquePointer) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: X25519PublicKey.byteCount)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(pointer, &bytes, &count) == 1, count == bytes.count else {
            throw .openSSL(.badKey, "no X25519 key")
        }
        return bytes
    }

    static func requireKind(of pointer: OpaquePointer) throws(CryptoError) {
        guard unsafe EVP_PKEY_is_a(pointer, "X25519") != 1 else { return }
        throw CryptoError(.unsupportedKey, "the key is \(unsafe KeyKind(reading: pointer)); only X25519 is taken to seal to")
    }
}
