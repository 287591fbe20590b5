internal import COpenSSL

/// A PKCS #10 request (RFC 2986): a public key, the names asked for, and a signature that proves the key is held.
///
/// What it asks for is only a wish: an authority takes the key from it and decides the names itself.
@safe package final class CertificateRequest: @unchecked Sendable {
    // Sendable: the X509_REQ is never changed after init, and only read.
    let pointer: OpaquePointer

    /// Largest request read, in bytes: ours have about 500.
    package static let sizeLimit = 16 * 1024

    private init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_REQ_free(pointer)
    }

    /// Reads one DER request and verifies its own signature. Throws `badRequest`, `authenticationFailed`, or `unsupportedKey` for
    /// anything but a P-256 key.
    package convenience init(der: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, der.count <= Self.sizeLimit else { throw CryptoError(.badRequest, "the request is too large") }
        let read = unsafe DER.read(der) { unsafe d2i_X509_REQ(nil, $0, $1) }
        guard let pointer = unsafe read.pointer else { throw .openSSL(.badRequest, "not a DER certificate request") }
        unsafe self.init(adopting: pointer)
        guard unsafe read.isWhole else { throw CryptoError(.badRequest, "bytes after the request") }
        try verify()
    }

    /// Reads the first PEM request of a text; throws as `init(der:)` does.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard pem.count <= Self.sizeLimit else { throw CryptoError(.badRequest, "the request is too large") }
        let bio = try ReadBIO(pem)
        guard let pointer = unsafe PEM_read_bio_X509_REQ(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badRequest, "no certificate request in PEM form")
        }
        unsafe self.init(adopting: pointer)
        try verify()
    }

    /// Makes a request for a key held here.
    package static func make(
        subject: DistinguishedName, names: SubjectAlternativeNames, key: PrivateKey
    ) throws(CryptoError) -> CertificateRequest {
        ErrorQueue.clear()
        guard let pointer = unsafe X509_REQ_new() else { throw .openSSL(.library, "no request") }
        let request = unsafe CertificateRequest(adopting: pointer)
        guard unsafe X509_REQ_set_version(pointer, 0) == 1, unsafe X509_REQ_set_pubkey(pointer, key.pointer) == 1,
            let name = unsafe X509_REQ_get_subject_name(pointer)
        else { throw .openSSL(.library, "the request could not be filled in") }
        unsafe try subject.write(to: name)
        if !names.isEmpty { try request.add(names) }
        guard unsafe X509_REQ_sign(pointer, key.pointer, EVP_sha256()) > 0 else {
            throw .openSSL(.library, "the request could not be signed")
        }
        return request
    }

    package var subject: DistinguishedName { unsafe DistinguishedName(reading: X509_REQ_get_subject_name(pointer)) }

    /// The request as DER; empty only when OpenSSL is out of memory.
    package var der: [UInt8] { unsafe DER.bytes { unsafe i2d_X509_REQ(pointer, $0) } }

    /// The request as PEM text.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the request") { unsafe PEM_write_bio_X509_REQ($0, pointer) }
    }

    /// The key asked for; borrowed, valid as long as this object. Nil when it cannot be decoded.
    var publicKey: OpaquePointer? { unsafe X509_REQ_get0_pubkey(pointer) }

    private func verify() throws(CryptoError) {
        guard let key = unsafe publicKey else { throw .openSSL(.unsupportedKey, "the request's key is of no kind known here") }
        try unsafe KeyKind(reading: key).requireP256("the request is for")
        guard unsafe X509_REQ_verify(pointer, key) == 1 else {
            throw .openSSL(.authenticationFailed, "the request is not signed with its own key")
        }
    }

    private func add(_ names: SubjectAlternativeNames) throws(CryptoError) {
        let list = try GeneralNames(names)
        guard let made = unsafe X509V3_EXT_i2d(NID_subject_alt_name, 0, UnsafeMutableRawPointer(list.pointer)) else {
            throw .openSSL(.badName, "the alternative names could not be added")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        var extensions: OpaquePointer?
        guard unsafe COpenSSL_EXTENSION_push(&extensions, made) == 1 else { throw .openSSL(.library, "no extension") }
        defer { unsafe COpenSSL_EXTENSIONS_free(extensions) }
        guard unsafe X509_REQ_add_extensions(pointer, extensions) == 1 else {
            throw .openSSL(.library, "the alternative names could not be added")
        }
    }
}
