internal import COpenSSL

/// The key at rest: PKCS #8 (RFC 5958 §3) encrypted by PBES2 (RFC 8018 §6.2) with AES-256-CBC, under scrypt (RFC 7914 §7).
///
/// The format keeps a key secret, it does not seal it: a changed file may be found only because what it opens to makes no key.
extension PrivateKey {
    /// Largest encrypted key file read, in bytes: ours has about 500.
    package static let encryptedSizeLimit = 16 * 1024
    /// Bytes of random salt: twice what RFC 8018 §4.1 asks for at least.
    private static let saltCount = 16

    /// The key as encrypted PEM. Takes 0.2 s and 16 MiB: not on an event loop. Throws only when OpenSSL fails.
    package func pem(under passphrase: Passphrase) throws(CryptoError) -> [UInt8] {
        try pem(under: passphrase, cost: .standard)
    }

    /// The same at another cost; less than the standard is for keys that protect nothing, in tests and proofs.
    package func pem(under passphrase: Passphrase, cost: ScryptCost) throws(CryptoError) -> [UInt8] {
        let salt = try RandomBytes.make(Self.saltCount)
        guard let plain = unsafe EVP_PKEY2PKCS8(pointer) else { throw .openSSL(.library, "the private key could not be written") }
        // Wipes the key's bytes.
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(plain) }
        var saltBytes = salt
        // A nil IV is drawn at random.
        let scheme = unsafe PKCS5_pbe2_set_scrypt(
            EVP_aes_256_cbc(), &saltBytes, Int32(clamping: salt.count), nil, cost.cost, cost.blockSize, cost.parallelization)
        guard let scheme = unsafe scheme else { throw .openSSL(.library, "the private key could not be encrypted") }
        let sealed = unsafe passphrase.withBytes { unsafe PKCS8_set0_pbe($0, $1, plain, scheme) }
        guard let sealed = unsafe sealed else {
            unsafe X509_ALGOR_free(scheme)
            throw .openSSL(.library, "the private key could not be encrypted")
        }
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
