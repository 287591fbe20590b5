internal import COpenSSL

extension TLSError {
    /// Names what `X509_verify_cert` found (an X509_V_ERR code).
    init(verification code: Int32) {
        let text = unsafe X509_verify_cert_error_string(Int(code)).map { unsafe String(cString: $0) } ?? "code \(code)"
        self.init(Self.reason(verification: code), text)
    }

    private static func reason(verification code: Int32) -> Reason {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID: .certificateNotYetValid
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            .unknownIssuer
        case X509_V_ERR_CERT_REVOKED: .certificateRevoked
        case X509_V_ERR_INVALID_CA, X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG,
            X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
            .badAuthority
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature
        case X509_V_ERR_INVALID_PURPOSE: .wrongPurpose
        case X509_V_ERR_OUT_OF_MEM: .library
        default: .badCertificate
        }
    }
}
