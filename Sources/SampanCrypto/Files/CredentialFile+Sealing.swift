extension CredentialFile {
    /// Whom something is sealed to: a `PUBLIC KEY` of X25519, which is no secret.
    package static func sealingKey(_ path: String) throws(CryptoError) -> X25519PublicKey {
        let bytes = try read(path, secret: false)
        do { return try X25519PublicKey(pem: bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }

    /// Who opens it: an unencrypted private key of X25519. Throws `keyFilePermissions` when anybody but the owner may read or write it.
    package static func openingKey(_ path: String) throws(CryptoError) -> X25519PrivateKey {
        var bytes = try read(path, secret: true)
        defer { SecretBytes.wipe(&bytes) }
        do { return try X25519PrivateKey(pem: bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }
}
