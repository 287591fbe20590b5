internal import Glibc

/// Reads the files that hold certificates and keys. Blocks on the disk: for start-up and reload, not for an event loop.
package enum CredentialFile {
    /// Largest file read, in bytes: 256 certificates fit.
    package static let sizeLimit = 1 << 20

    /// Certificates, in the file's order. Throws `fileMissing`, `fileUnreadable`, `fileTooLarge`, `badPEM`.
    package static func certificates(_ path: String) throws(CryptoError) -> [Certificate] {
        let bytes = try read(path, secret: false)
        do { return try Certificate.list(pem: bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }

    /// A private key: unencrypted PEM, or encrypted when a passphrase is given (see `PrivateKey.init(encryptedPEM:passphrase:)`, also for
    /// what that costs). Throws `keyFilePermissions` when anybody but the owner may read or write the file.
    package static func privateKey(_ path: String, passphrase: Passphrase? = nil) throws(CryptoError) -> PrivateKey {
        var bytes = try read(path, secret: true)
        defer { SecretBytes.wipe(&bytes) }
        do {
            guard let passphrase else { return try PrivateKey(pem: bytes) }
            return try PrivateKey(encryptedPEM: bytes, passphrase: passphrase)
        } catch {
            throw CryptoError(error.reason, "\(path): \(error.detail)")
        }
    }

    /// What a key file holds, for use as a passphrase; text or not, less one line end at its end. Throws `keyFilePermissions` as above,
    /// and `badLength` when it is empty or longer than a passphrase may be.
    package static func passphrase(_ path: String) throws(CryptoError) -> Passphrase {
        var bytes = try read(path, secret: true)
        do { return try Passphrase(takingFile: &bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }

    /// What a key file holds, as it is: keys of partners. Throws `keyFilePermissions` as above.
    package static func secret(_ path: String) throws(CryptoError) -> [UInt8] { try read(path, secret: true) }

    /// An RSA key that a partner's protocol has us sign with. Throws `keyFilePermissions` as above, and as `RSAPrivateKey.init(pem:)`.
    package static func partnersKey(_ path: String) throws(CryptoError) -> RSAPrivateKey {
        var bytes = try read(path, secret: true)
        defer { SecretBytes.wipe(&bytes) }
        do { return try RSAPrivateKey(pem: bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }

    /// An RSA key that a partner signs with.
    package static func partnersPublicKey(_ path: String) throws(CryptoError) -> RSAPublicKey {
        let bytes = try read(path, secret: false)
        do { return try RSAPublicKey(pem: bytes) } catch { throw CryptoError(error.reason, "\(path): \(error.detail)") }
    }

    /// A chain and its key. Throws `keyMismatch` when they do not belong together.
    ///
    /// Both may be one file, which is then read once: what was put in its place as a whole is never seen half.
    package static func identity(certificate: String, key: String, passphrase: Passphrase? = nil) throws(CryptoError) -> TLSIdentity {
        if certificate == key { return try identity(key, passphrase) }
        let (chain, privateKey) = (try certificates(certificate), try privateKey(key, passphrase: passphrase))
        do {
            return try TLSIdentity(chain: chain, key: privateKey)
        } catch {
            throw CryptoError(error.reason, "\(key) and \(certificate): \(error.detail)")
        }
    }

    private static func identity(_ path: String, _ passphrase: Passphrase?) throws(CryptoError) -> TLSIdentity {
        var bytes = try read(path, secret: true)
        defer { SecretBytes.wipe(&bytes) }
        do throws(CryptoError) {
            let chain = try Certificate.list(pem: bytes)
            guard let passphrase else { return try TLSIdentity(chain: chain, key: PrivateKey(pem: bytes)) }
            return try TLSIdentity(chain: chain, key: PrivateKey(encryptedPEM: bytes, passphrase: passphrase))
        } catch {
            throw CryptoError(error.reason, "\(path): \(error.detail)")
        }
    }

    static func read(_ path: String, secret: Bool) throws(CryptoError) -> [UInt8] {
        // Non-blocking, so that a named pipe in the file's place is refused below instead of waited for.
        let file = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let missing = errno == ENOENT
            throw CryptoError(missing ? .fileMissing : .fileUnreadable, "\(path): \(reason(errno))")
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw CryptoError(.fileUnreadable, "\(path): not a regular file")
        }
        // Judged on the open file: its name could be given to another one in between.
        if secret, status.st_mode & 0o077 != 0 {
            throw CryptoError(
                .keyFilePermissions, "\(path): others may read or write this private key; run: chmod 600 \(path)")
        }
        guard status.st_size <= sizeLimit else { throw CryptoError(.fileTooLarge, "\(path): larger than \(sizeLimit) bytes") }
        return try contents(of: file, path)
    }

    private static func contents(of file: Int32, _ path: String) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: sizeLimit + 1)
        // It may have been a key.
        defer { SecretBytes.wipe(&bytes) }
        var filled = 0
        while filled < bytes.count {
            let count = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe Glibc.read(file, buffer.baseAddress.map { unsafe $0 + filled }, buffer.count - filled)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw CryptoError(.fileUnreadable, "\(path): \(reason(errno))") }
            if count == 0 { break }
            filled += count
        }
        guard filled <= sizeLimit else { throw CryptoError(.fileTooLarge, "\(path): larger than \(sizeLimit) bytes") }
        return Array(bytes[..<filled])
    }

    private static func reason(_ code: Int32) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
