internal import COpenSSL

extension TLSError {
    /// Names the reason of a failed call from the error queue, which it empties.
    ///
    /// - Parameters:
    ///   - refusal: what our own callbacks decided during the call; it wins, OpenSSL only says "callback failed".
    ///   - looksLikeTLS: whether the first bytes from the peer were a TLS record.
    static func fromQueue(refusal: TLSError?, looksLikeTLS: Bool) -> TLSError {
        let entries = ErrorQueue.drain()
        let text = entries.map(\.text).joined(separator: "; ")
        if let refusal {
            return TLSError(refusal.reason, text.isEmpty ? refusal.detail : "\(refusal.detail) (\(text))")
        }
        guard looksLikeTLS else { return TLSError(.notTLS, "the first bytes are not a TLS record (\(text))") }
        guard let first = entries.first(where: { $0.library == ERR_LIB_SSL }) else {
            return TLSError(entries.isEmpty ? .library : .protocolViolation, text)
        }
        return TLSError(reason(of: first.reason), text)
    }

    private static func reason(of code: Int32) -> Reason {
        if code > SSL_AD_REASON_OFFSET, let alert = UInt8(exactly: code - SSL_AD_REASON_OFFSET) {
            return .alert(TLSAlert(rawValue: alert))
        }
        switch code {
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: return .noPeerCertificate
        case SSL_R_CERTIFICATE_VERIFY_FAILED: return .badCertificate
        case SSL_R_NO_APPLICATION_PROTOCOL: return .noALPN
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNKNOWN_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW,
            SSL_R_VERSION_TOO_HIGH, SSL_R_WRONG_VERSION_NUMBER:
            return .protocolVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS,
            SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
            return .noCommonParameters
        case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR): return .library
        default: return .protocolViolation
        }
    }
}
