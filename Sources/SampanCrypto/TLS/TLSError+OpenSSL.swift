internal import COpenSSL

extension TLSError {
    /// Names the reason of a failed call from the error queue, which it empties.
    ///
    /// - Parameters:
    ///   - refusal: what our own callbacks decided during the call; it wins, OpenSSL only says "callback failed".
    ///   - stranger: what the first bytes from the peer were, if not a TLS record.
    static func fromQueue(refusal: TLSError?, stranger: String?) -> TLSError {
        let entries = ErrorQueue.drain()
        let text = entries.map(\.text).joined(separator: "; ")
        if let refusal {
            return TLSError(refusal.reason, text.isEmpty ? refusal.detail : "\(refusal.detail) (\(text))")
        }
        if let stranger { return TLSError(.notTLS, stranger) }
        guard let first = entries.first(where: { $0.library == ERR_LIB_SSL }) else {
            return TLSError(entries.isEmpty ? .library : blame(entries), text)
        }
        let reason = reason(of: first.reason)
        return TLSError(reason == .protocolViolation ? blame(entries) : reason, text)
    }

    /// What libssl has no reason for: a part of libcrypto could not read what it was given.
    private static func blame(_ entries: [ErrorQueue.Entry]) -> Reason {
        for entry in entries {
            switch entry.library {
            case ERR_LIB_ASN1, ERR_LIB_X509: return .malformedCertificate
            case ERR_LIB_EC: return .badKeyExchange
            default: continue
            }
        }
        return .protocolViolation
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
            SSL_R_VERSION_TOO_HIGH:
            return .protocolVersion
        case SSL_R_INAPPROPRIATE_FALLBACK: return .inappropriateFallback
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM, SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS,
            SSL_R_NO_SUITABLE_DIGEST_ALGORITHM:
            return .noCommonParameters
        case SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS, SSL_R_NO_SHARED_GROUPS: return .noCommonGroup
        case SSL_R_BAD_KEY_SHARE, SSL_R_BAD_ECPOINT, SSL_R_WRONG_CURVE: return .badKeyExchange
        case SSL_R_BAD_SIGNATURE, SSL_R_DIGEST_CHECK_FAILED: return .badSignature
        case SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC, SSL_R_DECRYPTION_FAILED: return .undecipherable
        case SSL_R_CERT_LENGTH_MISMATCH, SSL_R_UNKNOWN_CERTIFICATE_TYPE: return .malformedCertificate
        case SSL_R_EXCESSIVE_MESSAGE_SIZE, SSL_R_ENCRYPTED_LENGTH_TOO_LONG, SSL_R_PACKET_LENGTH_TOO_LONG, SSL_R_DATA_LENGTH_TOO_LONG:
            return .oversized
        case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR): return .library
        default: return .protocolViolation
        }
    }
}
