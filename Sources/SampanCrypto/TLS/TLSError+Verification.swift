internal import COpenSSL

extension TLSError {
    /// Names what `X509_verify_cert` found (an X509_V_ERR code).
    init(verification code: Int32) {
        let error = ChainError(code: code, at: 0)
        self.init(code == X509_V_ERR_CERT_REVOKED ? .certificateRevoked : Self.reason(error.reason), error.detail)
    }

    private static func reason(_ reason: ChainError.Reason) -> Reason {
        switch reason {
        case .expired: .certificateExpired
        case .notYetValid: .certificateNotYetValid
        case .unknownIssuer: .unknownIssuer
        case .badSignature: .badSignature
        case .notAnAuthority, .tooLong: .badAuthority
        case .wrongPurpose: .wrongPurpose
        case .library: .library
        case .weak, .badCertificate: .badCertificate
        }
    }
}
