internal import COpenSSL

/// Why a certificate's chain was not verified.
package struct ChainError: Error, Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        case expired, notYetValid
        /// No trusted root at the end, or a certificate in between is missing.
        case unknownIssuer
        /// A certificate was changed, or names an issuer that did not sign it.
        case badSignature
        case wrongPurpose
        /// A certificate that may not sign others has signed one.
        case notAnAuthority
        /// More authorities in a row than are allowed, by us or by one of them.
        case tooLong
        /// A key or a digest of less than 112 bits of strength.
        case weak
        /// Something else OpenSSL does not accept; it is in the detail.
        case badCertificate
        /// OpenSSL failed where nobody was wrong: out of memory.
        case library
    }

    package let reason: Reason
    /// Which certificate of the chain: 0 is the leaf. What it names is what OpenSSL found first, where more than one thing is wrong.
    package let index: Int
    /// OpenSSL's words, or ours where it has none.
    package let detail: String

    package init(_ reason: Reason, at index: Int, _ detail: String) {
        self.reason = reason
        self.index = index
        self.detail = detail
    }

    /// Names what `X509_verify_cert` found (an X509_V_ERR code).
    init(code: Int32, at index: Int) {
        let text = unsafe X509_verify_cert_error_string(Int(code)).map { unsafe String(cString: $0) } ?? "code \(code)"
        self.init(Reason(code: code), at: index, text)
    }
}

extension ChainError: CustomStringConvertible {
    package var description: String { "certificate \(index) of the chain: \(detail) (\(reason.rawValue))" }
}

extension ChainError.Reason {
    init(code: Int32) {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            self = .unknownIssuer
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: self = .badSignature
        case X509_V_ERR_INVALID_PURPOSE: self = .wrongPurpose
        case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN: self = .notAnAuthority
        case X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED: self = .tooLong
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: self = .weak
        case X509_V_ERR_OUT_OF_MEM: self = .library
        default: self = .badCertificate
        }
    }
}
