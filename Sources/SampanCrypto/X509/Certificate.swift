internal import COpenSSL

/// An X.509 certificate as it was read: nothing about it is verified by having one.
@safe package final class Certificate: @unchecked Sendable {
    // Sendable: the X509 is never changed after init, and its lazily cached extensions are filled in there.
    let pointer: OpaquePointer

    /// Takes over one reference.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        unsafe X509_check_purpose(pointer, -1, 0)
        ErrorQueue.clear()
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Reads exactly one DER certificate.
    package convenience init(der: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady else { throw .openSSL(.library, "OpenSSL did not start") }
        let read = unsafe DER.read(der) { unsafe d2i_X509(nil, $0, $1) }
        guard let pointer = unsafe read.pointer else { throw .openSSL(.badDER, "not a DER certificate") }
        unsafe self.init(adopting: pointer)
        guard unsafe read.isWhole else { throw CryptoError(.badDER, "bytes after the certificate") }
    }

    /// The certificate as DER; empty only when OpenSSL is out of memory.
    package var der: [UInt8] { unsafe DER.bytes { unsafe i2d_X509(pointer, $0) } }

    /// SHA-256 of the DER form, 32 bytes.
    package var fingerprint: [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 32
        guard unsafe X509_digest(pointer, EVP_sha256(), &digest, &count) == 1, count == 32 else { return [] }
        return digest
    }

    /// True when the private key is this certificate's.
    package func matches(_ key: PrivateKey) -> Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_check_private_key(pointer, key.pointer) == 1
    }

    /// True when subject and issuer are the same name: of a root, that it says to be one.
    package var isSelfIssued: Bool {
        unsafe X509_NAME_cmp(X509_get_subject_name(pointer), X509_get_issuer_name(pointer)) == 0
    }

    /// True when the certificate says that it may sign others.
    package var isAuthority: Bool {
        defer { ErrorQueue.clear() }
        return unsafe X509_check_ca(pointer) > 0
    }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool {
        unsafe X509_cmp(left.pointer, right.pointer) == 0
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(fingerprint)
    }
}
