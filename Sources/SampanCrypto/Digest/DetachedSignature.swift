internal import COpenSSL

/// ECDSA on P-256 with SHA-256 (FIPS 186-5 §6), in DER (RFC 3279 §2.2.3), over a domain's name and some bytes.
///
/// A signature is proof, not a name: whoever has one can make a second one for the same bytes, without the key. Identify signed bytes by
/// their own digest. Any thread.
package enum DetachedSignature {
    /// Longest signature, in bytes.
    package static let byteLimit = 72

    /// Signs `bytes`. Takes some 30 µs and 2 µs for each KiB. Throws only when OpenSSL fails.
    package static func sign(_ domain: SignatureDomain, _ bytes: [UInt8], key: PrivateKey) throws(CryptoError) -> [UInt8] {
        let context = try DigestContext()
        var signature = [UInt8](repeating: 0, count: byteLimit)
        var count = signature.count
        guard unsafe EVP_DigestSignInit(context.pointer, nil, SHA256.algorithm, nil, key.pointer) == 1,
            unsafe EVP_DigestSignUpdate(context.pointer, domain.prefix, domain.prefix.count) == 1,
            unsafe EVP_DigestSignUpdate(context.pointer, bytes, bytes.count) == 1,
            unsafe EVP_DigestSignFinal(context.pointer, &signature, &count) == 1, count <= byteLimit
        else { throw .openSSL(.library, "the bytes could not be signed") }
        return Array(signature[..<count])
    }

    /// Returns when `signature` was made for this domain and these bytes with the certificate's key; whether the certificate may be
    /// believed is another question (`ChainVerifier`). Takes some 70 µs.
    ///
    /// Throws `unsupportedKey` unless the certificate's key is P-256, and `authenticationFailed`.
    package static func verify(
        _ signature: [UInt8], _ domain: SignatureDomain, _ bytes: [UInt8], by certificate: Certificate
    ) throws(CryptoError) {
        let context = try DigestContext()
        guard let key = unsafe certificate.publicKey else {
            throw CryptoError(.unsupportedKey, "the signer's key is of no kind known here")
        }
        try unsafe KeyKind(reading: key).requireP256("the signer's key is")
        guard !signature.isEmpty, signature.count <= byteLimit else {
            throw CryptoError(.authenticationFailed, "not a signature: \(signature.count) bytes")
        }
        guard unsafe EVP_DigestVerifyInit(context.pointer, nil, SHA256.algorithm, nil, key) == 1,
            unsafe EVP_DigestVerifyUpdate(context.pointer, domain.prefix, domain.prefix.count) == 1,
            unsafe EVP_DigestVerifyUpdate(context.pointer, bytes, bytes.count) == 1
        else { throw .openSSL(.library, "the signature could not be looked at") }
        // Neither 0 (another signature) nor -1 (malformed) is told to the caller: both are none.
        guard unsafe EVP_DigestVerifyFinal(context.pointer, signature, signature.count) == 1 else {
            ErrorQueue.clear()
            throw CryptoError(.authenticationFailed, "the bytes, their domain or the signer is another")
        }
    }
}
