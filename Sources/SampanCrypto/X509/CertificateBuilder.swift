internal import COpenSSL

/// An X509 being filled in, from empty to signed.
@safe final class CertificateBuilder {
    private let pointer: OpaquePointer

    convenience init(subject: DistinguishedName, publicKey: OpaquePointer, validity: CertificateValidity) throws(CryptoError) {
        try unsafe self.init(publicKey: publicKey, validity: validity)
        guard let name = unsafe X509_get_subject_name(pointer) else { throw .openSSL(.library, "the certificate has no subject") }
        unsafe try subject.write(to: name)
    }

    /// For another certificate of a key that has one: the same key, and the same name byte for byte.
    convenience init(like other: Certificate, validity: CertificateValidity) throws(CryptoError) {
        guard let key = unsafe other.publicKey else { throw CryptoError(.unsupportedKey, "the certificate's key cannot be read") }
        try unsafe self.init(publicKey: key, validity: validity)
        guard unsafe X509_set_subject_name(pointer, X509_get_subject_name(other.pointer)) == 1 else {
            throw .openSSL(.library, "the certificate could not be filled in")
        }
    }

    private init(publicKey: OpaquePointer, validity: CertificateValidity) throws(CryptoError) {
        ErrorQueue.clear()
        guard OpenSSLLibrary.isReady, let pointer = unsafe X509_new() else { throw .openSSL(.library, "no certificate") }
        unsafe self.pointer = pointer
        guard unsafe X509_set_version(pointer, 2) == 1, unsafe X509_set_pubkey(pointer, publicKey) == 1,
            unsafe ASN1_TIME_set(X509_getm_notBefore(pointer), Int(validity.notBefore)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(pointer), Int(validity.notAfter)) != nil
        else { throw .openSSL(.library, "the certificate could not be filled in") }
        try setSerial()
    }

    deinit {
        unsafe X509_free(pointer)
    }

    /// Signs with the issuer's key; a nil issuer makes it self-signed.
    func sign(
        as profile: CertificateProfile, issuer: Certificate?, key: PrivateKey
    ) throws(CryptoError) -> Certificate {
        let issuerPointer = unsafe issuer?.pointer ?? pointer
        guard unsafe X509_set_issuer_name(pointer, X509_get_subject_name(issuerPointer)) == 1 else {
            throw .openSSL(.library, "the issuer's name could not be set")
        }
        unsafe try addExtensions(profile, issuer: issuerPointer)
        guard unsafe X509_sign(pointer, key.pointer, EVP_sha256()) > 0 else {
            throw .openSSL(.library, "the certificate could not be signed")
        }
        // Read back from DER: what is kept is what a peer will see, and extension caches hold no half-built state.
        return try Certificate(der: unsafe DER.bytes { unsafe i2d_X509(pointer, $0) })
    }

    /// 128 random bits, positive (RFC 5280 §4.1.2.2 allows 20 bytes).
    private func setSerial() throws(CryptoError) {
        guard let number = unsafe BN_new() else { throw .openSSL(.library, "no serial number") }
        defer { unsafe BN_free(number) }
        guard unsafe BN_rand(number, 128, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1,
            unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil
        else { throw .openSSL(.library, "no serial number") }
    }

    private func addExtensions(_ profile: CertificateProfile, issuer: OpaquePointer) throws(CryptoError) {
        unsafe try add(NID_basic_constraints, profile.basicConstraints, issuer: issuer)
        unsafe try add(NID_key_usage, profile.keyUsage, issuer: issuer)
        if let usage = profile.extendedKeyUsage { unsafe try add(NID_ext_key_usage, usage, issuer: issuer) }
        unsafe try add(NID_subject_key_identifier, "hash", issuer: issuer)
        unsafe try add(NID_authority_key_identifier, "keyid:always", issuer: issuer)
        if !profile.names.isEmpty {
            let list = try GeneralNames(profile.names)
            guard unsafe X509_add1_ext_i2d(pointer, NID_subject_alt_name, UnsafeMutableRawPointer(list.pointer), 0, 0) == 1
            else { throw .openSSL(.badName, "the alternative names could not be added") }
        }
    }

    /// Adds an extension from OpenSSL's configuration syntax. The values are constants of `CertificateProfile`; text from outside
    /// never comes this way.
    private func add(_ type: Int32, _ value: String, issuer: OpaquePointer) throws(CryptoError) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, issuer, pointer, nil, nil, 0)
        guard let made = unsafe X509V3_EXT_nconf_nid(nil, &context, type, value) else {
            throw .openSSL(.library, "extension \(value) could not be made")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        guard unsafe X509_add_ext(pointer, made, -1) == 1 else {
            throw .openSSL(.library, "extension \(value) could not be added")
        }
    }
}
