internal import COpenSSL

/// A key derived from a passphrase, to encrypt private keys with: derived once, by whoever writes several files, and as good for each of
/// them, which all have the salt and an IV of their own. Wiped when it is let go.
package final class KeyEncryptionKey: Sendable {
    /// Bytes of random salt: twice what RFC 8018 §4.1 asks for at least.
    private static let saltCount = 16
    private static let keyCount = 32
    private static let initialValueCount = 16

    /// The derived key, wiped as a passphrase is.
    private let secret: Passphrase
    private let salt: [UInt8]
    private let cost: ScryptCost

    /// Takes 0.2 s and 16 MiB at the standard cost: not on an event loop. Less is for keys that protect nothing, in tests and proofs.
    /// Throws only when OpenSSL fails.
    package init(_ passphrase: Passphrase, cost: ScryptCost = .standard) throws(CryptoError) {
        self.cost = cost
        salt = try RandomBytes.make(Self.saltCount)
        var key = [UInt8](repeating: 0, count: Self.keyCount)
        defer { SecretBytes.wipe(&key) }
        let salt = salt
        let derived = unsafe passphrase.withBytes { text, count in
            unsafe EVP_PBE_scrypt(
                text, Int(count), salt, salt.count, cost.cost, cost.blockSize, cost.parallelization, ScryptCost.memoryLimit, &key, key.count
            )
        }
        guard derived == 1 else { throw .openSSL(.library, "no key could be derived from the passphrase") }
        secret = try Passphrase(taking: &key)
    }

    /// The structure of an encrypted PKCS #8 file around `plain`, DER of a PrivateKeyInfo; to be freed with `X509_SIG_free`.
    func sealed(_ plain: UnsafeRawBufferPointer) throws(CryptoError) -> OpaquePointer {
        let start = try RandomBytes.make(Self.initialValueCount)
        let content = try unsafe encrypted(plain, start)
        var (salt, initialValue) = (salt, start)
        let scheme = unsafe PKCS5_pbe2_set_scrypt(
            EVP_aes_256_cbc(), &salt, Int32(clamping: salt.count), &initialValue, cost.cost, cost.blockSize, cost.parallelization)
        guard let scheme = unsafe scheme else { throw .openSSL(.library, "the private key could not be encrypted") }
        defer { unsafe X509_ALGOR_free(scheme) }
        guard let sealed = unsafe X509_SIG_new() else { throw .openSSL(.library, "the private key could not be encrypted") }
        var algorithm: UnsafeMutablePointer<X509_ALGOR>?
        var octets: UnsafeMutablePointer<ASN1_OCTET_STRING>?
        unsafe X509_SIG_getm(sealed, &algorithm, &octets)
        guard unsafe X509_ALGOR_copy(algorithm, scheme) == 1,
            unsafe ASN1_OCTET_STRING_set(octets, content, Int32(clamping: content.count)) == 1
        else {
            unsafe X509_SIG_free(sealed)
            throw .openSSL(.library, "the private key could not be encrypted")
        }
        return unsafe sealed
    }

    private func encrypted(_ plain: UnsafeRawBufferPointer, _ initialValue: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .openSSL(.library, "no cipher") }
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        // CBC pads to the next whole block of 16 bytes.
        let output = UnsafeMutablePointer<UInt8>.allocate(capacity: plain.count + 16)
        defer { unsafe output.deallocate() }
        var (written, last): (Int32, Int32) = (0, 0)
        let bytes = unsafe plain.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let isWhole = unsafe secret.withBytes { key, _ in
            let key = unsafe UnsafeRawPointer(key)?.assumingMemoryBound(to: UInt8.self)
            return unsafe EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), nil, key, initialValue) == 1
                && EVP_EncryptUpdate(context, output, &written, bytes, Int32(clamping: plain.count)) == 1
                && EVP_EncryptFinal_ex(context, output + Int(written), &last) == 1
        }
        guard isWhole else { throw .openSSL(.library, "the private key could not be encrypted") }
        return unsafe Array(UnsafeBufferPointer(start: output, count: Int(written + last)))
    }
}
