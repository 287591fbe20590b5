internal import COpenSSL
internal import Glibc

extension Certificate {
    package var subject: DistinguishedName { unsafe DistinguishedName(reading: X509_get_subject_name(pointer)) }
    package var issuer: DistinguishedName { unsafe DistinguishedName(reading: X509_get_issuer_name(pointer)) }

    /// Nil when the extension is malformed or repeated.
    package var alternativeNames: SubjectAlternativeNames? { unsafe SubjectAlternativeNames(reading: pointer) }

    /// Nil when the dates cannot be read.
    package var validity: CertificateValidity? {
        guard let start = unsafe Self.seconds(X509_get0_notBefore(pointer)),
            let end = unsafe Self.seconds(X509_get0_notAfter(pointer))
        else { return nil }
        return CertificateValidity(notBefore: start, notAfter: end)
    }

    /// The serial number's magnitude, most significant byte first, without leading zeros.
    package var serial: [UInt8] {
        guard let serial = unsafe X509_get0_serialNumber(pointer), let start = unsafe ASN1_STRING_get0_data(serial) else {
            return []
        }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(serial))))
    }

    /// Key identifier of the issuer (AKI); empty when absent.
    package var issuerKeyID: [UInt8] { unsafe Self.octets(X509_get0_authority_key_id(pointer)) }

    /// Key identifier of the subject (SKI); empty when absent.
    package var subjectKeyID: [UInt8] { unsafe Self.octets(X509_get0_subject_key_id(pointer)) }

    /// SHA-256 of the issuer's name as DER, 32 bytes.
    package var issuerNameHash: [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 32
        guard unsafe X509_NAME_digest(X509_get_issuer_name(pointer), EVP_sha256(), &digest, &count) == 1 else { return [] }
        return digest
    }

    /// What the key may be used for in TLS; empty when the extension is absent.
    package var purposes: CertificatePurposes {
        let bits = unsafe X509_get_extended_key_usage(pointer)
        guard bits != UInt32.max else { return [] }
        var purposes: CertificatePurposes = []
        if bits & UInt32(XKU_SSL_SERVER) != 0 { purposes.insert(.server) }
        if bits & UInt32(XKU_SSL_CLIENT) != 0 { purposes.insert(.client) }
        return purposes
    }

    private static func octets(_ string: UnsafePointer<ASN1_OCTET_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        var fields = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &fields) == 1 else {
            ErrorQueue.clear()
            return nil
        }
        return unsafe Int64(timegm(&fields))
    }
}
