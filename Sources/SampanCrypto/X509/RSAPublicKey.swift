internal import COpenSSL

/// An RSA key that somebody outside of the mesh signs with: payment channels use no other kind. Nothing of the mesh takes one.
@safe package final class RSAPublicKey: @unchecked Sendable {
    // Sendable: the EVP_PKEY is never changed after init; its count and its provider's caches are locked by OpenSSL.
    let pointer: OpaquePointer

    /// Sizes that are taken. Below 2,048 bits nobody should trust one (NIST SP 800-131A); above 4,096 a check costs too much.
    package static let bits = 2_048...4_096

    /// Largest PEM text read, in bytes: a key of 4,096 bits has some 800.
    package static let sizeLimit = 16 * 1024

    /// Takes over one reference.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Reads `BEGIN PUBLIC KEY` (SubjectPublicKeyInfo, RFC 7468 §13). Throws `badPEM`, `badLength`, or `unsupportedKey` for another kind
    /// or size.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard pem.count <= Self.sizeLimit else { throw CryptoError(.badLength, "too large for a public key") }
        let bio = try ReadBIO(pem)
        guard let pointer = unsafe PEM_read_bio_PUBKEY(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badPEM, "no public key in PEM form")
        }
        unsafe self.init(adopting: pointer)
        try unsafe KeyKind(reading: pointer).requireRSA(Self.bits, "the public key is")
    }

    /// The key that a certificate certifies; whether the certificate may be believed is another question.
    package convenience init(of certificate: Certificate) throws(CryptoError) {
        ErrorQueue.clear()
        guard let pointer = unsafe X509_get_pubkey(certificate.pointer) else {
            throw .openSSL(.badKey, "the certificate's key cannot be read")
        }
        unsafe self.init(adopting: pointer)
        try unsafe KeyKind(reading: pointer).requireRSA(Self.bits, "the certificate's key is")
    }

    /// Returns when `signature` was made over `bytes`: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2). Throws `authenticationFailed`.
    package func verify(_ signature: [UInt8], _ bytes: [UInt8]) throws(CryptoError) {
        let context = try DigestContext()
        guard unsafe signature.count == Int(EVP_PKEY_get_size(pointer)) else {
            throw CryptoError(.authenticationFailed, "not a signature: \(signature.count) bytes")
        }
        guard unsafe EVP_DigestVerifyInit(context.pointer, nil, SHA256.algorithm, nil, pointer) == 1 else {
            throw .openSSL(.library, "the signature could not be looked at")
        }
        guard unsafe EVP_DigestVerify(context.pointer, signature, signature.count, bytes, bytes.count) == 1 else {
            ErrorQueue.clear()
            throw CryptoError(.authenticationFailed, "the bytes or the signer is another")
        }
    }

    /// The key as PEM.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the public key") { unsafe PEM_write_bio_PUBKEY($0, pointer) }
    }
}
