internal import COpenSSL

/// A public key of X25519 (RFC 7748): to whom something is sealed.
package struct X25519PublicKey: Sendable, Hashable {
    package static let byteCount = 32

    package let bytes: [UInt8]

    /// Throws `badLength` unless there are 32 bytes.
    package init(bytes: [UInt8]) throws(CryptoError) {
        guard bytes.count == Self.byteCount else { throw CryptoError(.badLength, "an X25519 key has 32 bytes") }
        self.bytes = bytes
    }

    /// Reads a `PUBLIC KEY` in PEM form. Throws `badKey`, and `unsupportedKey` for one of another kind.
    package init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        let bio = try ReadBIO(pem)
        guard let pointer = unsafe PEM_read_bio_PUBKEY(bio.pointer, nil, nil, nil) else {
            throw .openSSL(.badKey, "no public key in PEM form")
        }
        defer { unsafe EVP_PKEY_free(pointer) }
        try unsafe X25519PrivateKey.requireKind(of: pointer)
        try self.init(bytes: unsafe X25519PrivateKey.publicBytes(of: pointer))
    }

    /// For a file that everybody may read.
    package func pem() throws(CryptoError) -> [UInt8] {
        guard OpenSSLLibrary.isReady, let pointer = unsafe EVP_PKEY_new_raw_public_key_ex(nil, "X25519", nil, bytes, bytes.count) else {
            throw .openSSL(.library, "the public key cannot be written")
        }
        defer { unsafe EVP_PKEY_free(pointer) }
        return try unsafe WriteBIO.pem("the public key") { unsafe PEM_write_bio_PUBKEY($0, pointer) }
    }

    /// Names the key: the first eight bytes of its SHA-256, in hexadecimal.
    package func name() throws(CryptoError) -> String {
        try SHA256.hash(bytes).prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
