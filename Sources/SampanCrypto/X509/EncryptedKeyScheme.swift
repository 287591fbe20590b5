internal import COpenSSL

/// How a PKCS #8 file is encrypted (PBES2, RFC 8018 §6.2), read before anything is derived: the numbers in it are those of whoever wrote
/// the file.
enum EncryptedKeyScheme {
    /// Throws `unsupportedEncryption` unless it is AES-256-CBC under scrypt within the limits, and `badKey` for what is malformed.
    static func check(_ sealed: OpaquePointer) throws(CryptoError) {
        var outer: UnsafePointer<X509_ALGOR>?
        var content: UnsafePointer<ASN1_OCTET_STRING>?
        unsafe X509_SIG_get0(sealed, &outer, &content)
        guard let outer = unsafe outer, unsafe OBJ_obj2nid(outer.pointee.algorithm) == NID_pbes2 else {
            throw CryptoError(.unsupportedEncryption, "the key is not encrypted by PBES2; \(advice)")
        }
        guard let raw = unsafe ASN1_TYPE_unpack_sequence(PBE2PARAM_it(), outer.pointee.parameter) else {
            throw .openSSL(.badKey, "the encrypted key's parameters cannot be read")
        }
        let scheme = unsafe raw.assumingMemoryBound(to: PBE2PARAM.self)
        defer { unsafe PBE2PARAM_free(scheme) }
        guard let cipher = unsafe scheme.pointee.encryption, let derivation = unsafe scheme.pointee.keyfunc else {
            throw CryptoError(.badKey, "the encrypted key's parameters cannot be read")
        }
        try unsafe check(cipher: cipher, count: ASN1Value.bytes(content).count)
        guard try unsafe cost(derivation).isAcceptable else {
            throw CryptoError(.unsupportedEncryption, "the key's scrypt parameters ask for too much memory or time, or make no sense")
        }
    }

    private static let advice = "run: openssl pkcs8 -topk8 -scrypt"

    /// CBC works on whole blocks of 16 bytes, from an IV of one block.
    private static func check(cipher: UnsafeMutablePointer<X509_ALGOR>, count: Int) throws(CryptoError) {
        guard unsafe OBJ_obj2nid(cipher.pointee.algorithm) == NID_aes_256_cbc else {
            throw CryptoError(.unsupportedEncryption, "the key is not encrypted by AES-256-CBC; \(advice)")
        }
        var start = [UInt8](repeating: 0, count: 16)
        guard let parameter = unsafe cipher.pointee.parameter,
            unsafe ASN1_TYPE_get_octetstring(parameter, &start, 16) == 16, count > 0, count % 16 == 0
        else {
            throw .openSSL(.badKey, "the encrypted key is not whole blocks after an IV of 16 bytes")
        }
    }

    private static func cost(_ derivation: UnsafeMutablePointer<X509_ALGOR>) throws(CryptoError) -> ScryptCost {
        guard unsafe OBJ_obj2nid(derivation.pointee.algorithm) == NID_id_scrypt else {
            throw CryptoError(.unsupportedEncryption, "the key is not encrypted under scrypt; \(advice)")
        }
        guard let raw = unsafe ASN1_TYPE_unpack_sequence(SCRYPT_PARAMS_it(), derivation.pointee.parameter) else {
            throw .openSSL(.badKey, "the scrypt parameters cannot be read")
        }
        let read = unsafe raw.assumingMemoryBound(to: SCRYPT_PARAMS.self)
        defer { unsafe SCRYPT_PARAMS_free(read) }
        // What is absent, or does not fit in 64 bits, stays 0 and is refused with the limits.
        var numbers: (UInt64, UInt64, UInt64) = (0, 0, 0)
        _ = unsafe ASN1_INTEGER_get_uint64(&numbers.0, read.pointee.costParameter)
        _ = unsafe ASN1_INTEGER_get_uint64(&numbers.1, read.pointee.blockSize)
        _ = unsafe ASN1_INTEGER_get_uint64(&numbers.2, read.pointee.parallelizationParameter)
        ErrorQueue.clear()
        return ScryptCost(cost: numbers.0, blockSize: numbers.1, parallelization: numbers.2)
    }
}
