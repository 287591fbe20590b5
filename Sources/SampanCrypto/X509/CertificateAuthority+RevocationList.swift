internal import COpenSSL

extension CertificateAuthority {
    /// Makes and signs a revocation list of what this authority has issued. Takes some 5 µs an entry: not on an event loop.
    ///
    /// - Parameters:
    ///   - number: larger than that of the list before (cRLNumber).
    ///   - validity: thisUpdate and nextUpdate; nothing is backdated, a list that is too young is refused.
    ///
    /// Throws `badRevocationList` for a serial that stands twice, for more than `RevocationList.countLimit` entries and for a validity
    /// that ends before it begins, and `notAnAuthority` without cRLSign.
    package func revocationList(
        number: UInt64, validity: CertificateValidity, entries: [RevokedCertificate]
    ) throws(CryptoError) -> RevocationList {
        ErrorQueue.clear()
        guard certificate.keyUsages?.contains(.listSigning) ?? true else {
            throw CryptoError(.notAnAuthority, "the authority may not sign revocation lists")
        }
        guard entries.count <= RevocationList.countLimit, validity.notBefore <= validity.notAfter else {
            throw CryptoError(.badRevocationList, "more than \(RevocationList.countLimit) entries, or an end before the beginning")
        }
        guard Set(entries.map(\.serial)).count == entries.count else {
            throw CryptoError(.badRevocationList, "a serial number stands twice")
        }
        guard OpenSSLLibrary.isReady, let list = unsafe X509_CRL_new() else { throw .openSSL(.library, "no revocation list") }
        defer { unsafe X509_CRL_free(list) }
        try unsafe fill(list, validity)
        for entry in entries {
            let made = try unsafe entry.make()
            guard unsafe X509_CRL_add0_revoked(list, made) == 1 else {
                unsafe X509_REVOKED_free(made)
                throw .openSSL(.library, "an entry could not be added")
            }
        }
        try unsafe addExtensions(list, number)
        guard unsafe X509_CRL_sort(list) == 1, unsafe X509_CRL_sign(list, key.pointer, EVP_sha256()) > 0 else {
            throw .openSSL(.library, "the revocation list could not be signed")
        }
        // Read back: what is kept is what others will see.
        return try RevocationList(der: unsafe DER.bytes { unsafe i2d_X509_CRL(list, $0) })
    }

    private func fill(_ list: OpaquePointer, _ validity: CertificateValidity) throws(CryptoError) {
        // Both are copied; freeing nil is nothing.
        let (start, end) = unsafe (ASN1_TIME_set(nil, Int(validity.notBefore)), ASN1_TIME_set(nil, Int(validity.notAfter)))
        defer {
            unsafe ASN1_TIME_free(start)
            unsafe ASN1_TIME_free(end)
        }
        guard unsafe X509_CRL_set_version(list, 1) == 1,
            unsafe X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate.pointer)) == 1,
            unsafe start != nil, unsafe end != nil, unsafe X509_CRL_set1_lastUpdate(list, start) == 1,
            unsafe X509_CRL_set1_nextUpdate(list, end) == 1
        else { throw .openSSL(.badRevocationList, "the revocation list could not be filled in") }
    }

    private func addExtensions(_ list: OpaquePointer, _ number: UInt64) throws(CryptoError) {
        guard let integer = unsafe ASN1_INTEGER_new() else { throw .openSSL(.library, "no number") }
        defer { unsafe ASN1_INTEGER_free(integer) }
        guard unsafe ASN1_INTEGER_set_uint64(integer, number) == 1, unsafe X509_CRL_add1_ext_i2d(list, NID_crl_number, integer, 0, 0) == 1
        else { throw .openSSL(.library, "the number could not be added") }
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, certificate.pointer, nil, nil, list, 0)
        guard let made = unsafe X509V3_EXT_nconf_nid(nil, &context, NID_authority_key_identifier, "keyid:always") else {
            throw .openSSL(.library, "the authority key identifier could not be made")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        guard unsafe X509_CRL_add_ext(list, made, -1) == 1 else {
            throw .openSSL(.library, "the authority key identifier could not be added")
        }
    }
}
