internal import COpenSSL

extension Certificate {
    package var subject: DistinguishedName { unsafe DistinguishedName(reading: X509_get_subject_name(pointer)) }
    package var issuer: DistinguishedName { unsafe DistinguishedName(reading: X509_get_issuer_name(pointer)) }

    /// Nil when the extension is malformed or repeated.
    package var alternativeNames: SubjectAlternativeNames? { unsafe SubjectAlternativeNames(reading: pointer) }

    /// Nil when the dates cannot be read.
    package var validity: CertificateValidity? {
        guard let start = unsafe ASN1Value.seconds(X509_get0_notBefore(pointer)),
            let end = unsafe ASN1Value.seconds(X509_get0_notAfter(pointer))
        else { return nil }
        return CertificateValidity(notBefore: start, notAfter: end)
    }

    /// The serial number's magnitude, most significant byte first, without leading zeros.
    package var serial: [UInt8] { unsafe ASN1Value.bytes(X509_get0_serialNumber(pointer)) }

    /// Key identifier of the issuer (AKI); empty when absent.
    package var issuerKeyID: [UInt8] { unsafe ASN1Value.bytes(X509_get0_authority_key_id(pointer)) }

    /// Key identifier of the subject (SKI); empty when absent.
    package var subjectKeyID: [UInt8] { unsafe ASN1Value.bytes(X509_get0_subject_key_id(pointer)) }

    /// SHA-256 of the issuer's name as DER, 32 bytes.
    package var issuerNameHash: [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 32
        guard unsafe X509_NAME_digest(X509_get_issuer_name(pointer), EVP_sha256(), &digest, &count) == 1 else { return [] }
        return digest
    }

    /// What the key may be used for beyond its own kind of use; empty when the extension is absent.
    package var purposes: CertificatePurposes {
        let bits = unsafe X509_get_extended_key_usage(pointer)
        guard bits != UInt32.max else { return [] }
        var purposes: CertificatePurposes = []
        if bits & UInt32(XKU_SSL_SERVER) != 0 { purposes.insert(.server) }
        if bits & UInt32(XKU_SSL_CLIENT) != 0 { purposes.insert(.client) }
        // OpenSSL keeps no bit for what it does not know. A peer in a handshake has one that it knows, and is not looked at twice.
        guard bits == 0, let raw = unsafe X509_get_ext_d2i(pointer, NID_ext_key_usage, nil, nil) else { return purposes }
        let list = OpaquePointer(raw)
        defer { unsafe EXTENDED_KEY_USAGE_free(list) }
        let read = unsafe PurposeList(reading: list)
        return read.known == .epochSigner && !read.hasOthers ? .epochSigner : purposes
    }

    /// Whether the extended key usage extension is there, which narrows what the key, or for an authority all below it, is good for.
    var limitsPurposes: Bool { unsafe X509_get_extended_key_usage(pointer) != UInt32.max }

    /// How many authorities may stand below this one (RFC 5280 §4.2.1.9); nil where any number may.
    package var pathLength: Int? {
        let length = unsafe X509_get_pathlen(pointer)
        return length < 0 ? nil : length
    }

    /// What the key may do; nil when the extension is absent, which stands for everything.
    package var keyUsages: KeyUsages? {
        let bits = unsafe X509_get_key_usage(pointer)
        return bits == UInt32.max ? nil : KeyUsages(rawValue: bits)
    }
}
