internal import COpenSSL

/// The key at rest: PKCS #8 (RFC 5958 §3) encrypted by PBES2 (RFC 8018 §6.2) with AES-256-CBC, under scrypt (RFC 7914 §7).
///
/// The format keeps a key secret, it does not seal it: a changed file may be found only because what it opens to makes no key.
extension PrivateKey {
    /// Largest encrypted key file read, in bytes: ours has about 500.
    package static let encryptedSizeLimit = 16 * 1024

    /// The key as encrypted PEM. Takes 0.2 s and 16 MiB: not on an event loop. Throws only when OpenSSL fails.
    package func pem(under passphrase: Passphrase) throws(CryptoError) -> [UInt8] { try pem(under: KeyEncryptionKey(passphrase)) }

    /// The same with a key that was derived before.
    package func pem(under encryption: KeyEncryptionKey) throws(CryptoError) -> [UInt8] {
        guard let plain = unsafe EVP_PKEY2PKCS8(pointer) else { throw .openSSL(.library, "the private key could not be written") }
        // Wipes the key's bytes.
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(plain) }
        var encoded: UnsafeMutablePointer<UInt8>?
        let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(plain, &encoded)
        guard count > 0, let encoded = unsafe encoded else { throw .openSSL(.library, "the private key could not be written") }
        defer { unsafe CRYPTO_clear_free(encoded, Int(count), #file, #line) }
        let sealed = try unsafe encryption.sealed(UnsafeRawBufferPointer(start: encoded, count: Int(count)))
        defer { unsafe X509_SIG_free(sealed) }
        return try unsafe WriteBIO.pem("the private key") { unsafe PEM_write_bio_PKCS8($0, sealed) }
    }

    /// Reads an encrypted PEM key. Takes up to 32 MiB and some 1.3 s, as the file asks; not on an event loop.
    ///
    /// Throws `badPEM` or `badKey` for what is no such file, `unsupportedEncryption` (before any of the memory is used),
    /// `wrongPassphrase`, and `unsupportedKey` for anything but a P-256 key.
    package convenience init(encryptedPEM pem: [UInt8], passphrase: Passphrase) throws(CryptoError) {
        ErrorQueue.clear()
        guard pem.count <= Self.encryptedSizeLimit else { throw CryptoError(.badLength, "too large for an encrypted private key") }
        let bio = try ReadBIO(pem)
        guard let sealed = unsafe PEM_read_bio_PKCS8(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badPEM, "no encrypted private key in PEM form")
        }
        defer { unsafe X509_SIG_free(sealed) }
        try unsafe EncryptedKeyScheme.check(sealed)
        guard let plain = unsafe passphrase.withBytes({ unsafe PKCS8_decrypt(sealed, $0, $1) }) else {
            ErrorQueue.clear()
            throw CryptoError(.wrongPassphrase, "the passphrase is another, or the encrypted key was changed")
        }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(plain) }
        guard let pointer = unsafe EVP_PKCS82PKEY(plain) else { throw .openSSL(.badKey, "what was encrypted is no private key") }
        unsafe self.init(adopting: pointer)
        try unsafe KeyKind(reading: pointer).requireP256("the private key is")
    }
}
