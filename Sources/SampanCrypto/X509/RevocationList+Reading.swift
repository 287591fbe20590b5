internal import COpenSSL

/// What of an X509_CRL its extensions say. The pointers stay the caller's.
extension RevocationList {
    /// Version 2, and nothing critical, which changes what the list is: deltas and lists of many issuers say so critically (RFC 5280
    /// §5.2.4 and §5.2.5).
    static func checkForm(_ list: OpaquePointer) throws(CryptoError) {
        guard unsafe X509_CRL_get_version(list) == 1 else { throw CryptoError(.badRevocationList, "not a list of version 2") }
        guard unsafe X509_CRL_get_ext_by_critical(list, 1, -1) < 0 else {
            throw CryptoError(.badRevocationList, "the list has a critical extension")
        }
    }

    static func number(of list: OpaquePointer) throws(CryptoError) -> UInt64 {
        guard let raw = unsafe X509_CRL_get_ext_d2i(list, NID_crl_number, nil, nil) else {
            throw CryptoError(.badRevocationList, "the list has no number, or more than one")
        }
        let integer = unsafe raw.assumingMemoryBound(to: ASN1_INTEGER.self)
        defer { unsafe ASN1_INTEGER_free(integer) }
        var number: UInt64 = 0
        guard unsafe ASN1_INTEGER_get_uint64(&number, integer) == 1 else {
            throw CryptoError(.badRevocationList, "the list's number is negative or has more than 64 bits")
        }
        return number
    }

    static func issuerKeyID(of list: OpaquePointer) throws(CryptoError) -> [UInt8] {
        guard let raw = unsafe X509_CRL_get_ext_d2i(list, NID_authority_key_identifier, nil, nil) else {
            throw CryptoError(.badRevocationList, "the list has no authority key identifier, or more than one")
        }
        let identifier = unsafe raw.assumingMemoryBound(to: AUTHORITY_KEYID.self)
        defer { unsafe AUTHORITY_KEYID_free(identifier) }
        let bytes = unsafe ASN1Value.bytes(identifier.pointee.keyid)
        guard !bytes.isEmpty else { throw CryptoError(.badRevocationList, "the list's authority key identifier is empty") }
        return bytes
    }

    static func entries(of list: OpaquePointer) throws(CryptoError) -> [RevokedCertificate] {
        let stack = unsafe X509_CRL_get_REVOKED(list)
        let count = unsafe COpenSSL_X509_REVOKED_count(stack)
        var entries: [RevokedCertificate] = []
        entries.reserveCapacity(Int(count))
        for index in 0..<count {
            guard let entry = unsafe COpenSSL_X509_REVOKED_at(stack, index) else { break }
            try unsafe entries.append(RevokedCertificate(reading: entry))
        }
        return entries
    }
}
