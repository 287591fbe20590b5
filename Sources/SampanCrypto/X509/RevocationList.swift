internal import COpenSSL

/// An X.509 v2 certificate revocation list (RFC 5280 §5) as it was read: nothing about it is verified by having one.
///
/// It is read whole, once, and verified once when it is loaded; what a handshake asks is a set made from `entries`. (OpenSSL's own check
/// hashes the whole list in every handshake.)
@safe package final class RevocationList: @unchecked Sendable {
    // Sendable: the X509_CRL is never changed after init; its cached digest is filled in by the reader.
    let pointer: OpaquePointer

    /// Grows with each list of an issuer (cRLNumber).
    package let number: UInt64
    /// From when to when the list holds, in seconds since 1970 (thisUpdate, nextUpdate).
    package let validity: CertificateValidity
    /// Key identifier of the authority that says it signed the list.
    package let issuerKeyID: [UInt8]
    /// In the list's order.
    package let entries: [RevokedCertificate]

    /// Largest list read, in bytes: 100,000 entries of ours have 5 MB.
    package static let sizeLimit = 16 << 20
    /// Most entries of a list that is made: what fits in `sizeLimit`.
    package static let countLimit = 300_000

    /// Takes over one reference, also when it throws.
    private init(adopting pointer: OpaquePointer) throws(CryptoError) {
        unsafe self.pointer = pointer
        do throws(CryptoError) {
            try unsafe Self.checkForm(pointer)
            number = try unsafe Self.number(of: pointer)
            issuerKeyID = try unsafe Self.issuerKeyID(of: pointer)
            entries = try unsafe Self.entries(of: pointer)
            guard let start = unsafe ASN1Value.seconds(X509_CRL_get0_lastUpdate(pointer)),
                let end = unsafe ASN1Value.seconds(X509_CRL_get0_nextUpdate(pointer)), start <= end
            else { throw CryptoError(.badRevocationList, "the list does not say from when to when it holds") }
            validity = CertificateValidity(notBefore: start, notAfter: end)
        } catch {
            unsafe X509_CRL_free(pointer)
            ErrorQueue.clear()
            throw error
        }
    }

    deinit {
        unsafe X509_CRL_free(pointer)
    }

    /// Reads exactly one DER list. Throws `badRevocationList`, also for a list that is in order but for others than us: a delta, one of
    /// many issuers, or without a number, an end or an authority key identifier (RFC 5280 §5.2 asks for all of them).
    package convenience init(der: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, der.count <= Self.sizeLimit else {
            throw CryptoError(.badRevocationList, "the revocation list is larger than \(Self.sizeLimit) bytes")
        }
        let read = unsafe DER.read(der) { unsafe d2i_X509_CRL(nil, $0, $1) }
        guard let pointer = unsafe read.pointer else { throw .openSSL(.badRevocationList, "not a DER revocation list") }
        try unsafe self.init(adopting: pointer)
        guard unsafe read.isWhole else { throw CryptoError(.badRevocationList, "bytes after the revocation list") }
    }

    /// Reads the first PEM list of a text; throws as `init(der:)` does.
    package convenience init(pem: [UInt8]) throws(CryptoError) {
        ErrorQueue.clear()
        guard pem.count / 4 * 3 <= Self.sizeLimit else {
            throw CryptoError(.badRevocationList, "the revocation list is larger than \(Self.sizeLimit) bytes")
        }
        let bio = try ReadBIO(pem)
        guard let pointer = unsafe PEM_read_bio_X509_CRL(bio.pointer, nil, { _, _, _, _ in -1 }, nil) else {
            throw .openSSL(.badRevocationList, "no revocation list in PEM form")
        }
        try unsafe self.init(adopting: pointer)
    }

    /// The list as DER; empty only when OpenSSL is out of memory.
    package var der: [UInt8] { unsafe DER.bytes { unsafe i2d_X509_CRL(pointer, $0) } }

    /// The list as PEM text.
    package func pem() throws(CryptoError) -> [UInt8] {
        try unsafe WriteBIO.pem("the revocation list") { unsafe PEM_write_bio_X509_CRL($0, pointer) }
    }
}
