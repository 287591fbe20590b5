internal import COpenSSL

/// An RSA key of our own, for partners that take no other kind (payment channels). The mesh's keys are `PrivateKey`s, on P-256.
@safe package final class RSAPrivateKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after init; its count and its provider's caches are locked by OpenSSL.
    private let pointer: OpaquePointer

    private init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Makes a key of 2,048 bits: some 50 ms, not on an event loop.
    package static func generate() throws(CryptoError) -> RSAPrivateKey {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, let pointer = unsafe COpenSSL_EVP_RSA_gen(UInt32(RSAPublicKey.bits.lowerBound)) else {
            throw .openSSL(.library, "no RSA key could be made")
        }
        return unsafe RSAPrivateKey(adopting: pointer)
    }

    /// Reads an unencrypted PEM key (PKCS #8 or PKCS #1). Throws `badKey`, `badLength`, or `unsupportedKey` for another kind or size.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard pem.count <= RSAPublicKey.sizeLimit else { throw CryptoError(.badLength, "too large for a private key") }
        let bio = try ReadBIO(pem)
        // The callback refuses to give a password: without one, OpenSSL would ask at the terminal.
        guard let pointer = unsafe PEM_read_bio_PrivateKey(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badKey, "no unencrypted private key in PEM form")
        }
        unsafe self.init(adopting: pointer)
        try unsafe KeyKind(reading: pointer).requireRSA(RSAPublicKey.bits, "the private key is")
    }

    /// Signs `bytes`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2), so the same bytes have the same signature. Takes some 0.7 ms.
    package func sign(_ bytes: [UInt8]) throws(CryptoError) -> [UInt8] {
        let context = try DigestContext()
        var count = unsafe Int(EVP_PKEY_get_size(pointer))
        var signature = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_DigestSignInit(context.pointer, nil, SHA256.algorithm, nil, pointer) == 1,
            unsafe EVP_DigestSign(context.pointer, &signature, &count, bytes, bytes.count) == 1, count == signature.count
        else { throw .openSSL(.library, "the bytes could not be signed") }
        return signature
    }

    /// The key as unencrypted PEM (PKCS #8); for files that only their owner may read.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the private key") { unsafe PEM_write_bio_PKCS8PrivateKey($0, pointer, nil, nil, 0, nil, nil) }
    }

    /// The other half.
    package func publicKey() throws(CryptoError) -> RSAPublicKey {
        guard unsafe EVP_PKEY_up_ref(pointer) == 1 else { throw .openSSL(.library, "the key could not be shared") }
        return unsafe RSAPublicKey(adopting: pointer)
    }
}
