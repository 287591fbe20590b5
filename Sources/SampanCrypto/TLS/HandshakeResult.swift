/// What a TLS handshake came to: the labels of gRPC proposal A118 (TLS telemetry), spelt as it spells them.
///
/// The label is what is counted and compared between implementations; who has to do what is told by `HandshakeExplanation`.
package enum HandshakeResult: String, Sendable, Hashable, CaseIterable {
    /// No other label fits, or our own library failed.
    case unknownFailure = "UNKNOWN_FAILURE"
    case success = "SUCCESS"
    /// A certificate is missing, or was refused for a reason without a label of its own: its purpose, or a policy.
    case certificateVerificationFailed = "CERTIFICATE_VERIFICATION_FAILED"
    case certificateRevoked = "CERTIFICATE_REVOKED"
    case certificateExpired = "CERTIFICATE_EXPIRED"
    case certificateNotYetValid = "CERTIFICATE_NOT_YET_VALID"
    /// No chain to a trusted root: the authority is not known, not sent, or none.
    case certificateAuthorityInvalid = "CERTIFICATE_AUTHORITY_INVALID"
    /// The certificate is good and names somebody else; here: a node of another trust domain.
    case certificateHostnameMismatch = "CERTIFICATE_HOSTNAME_MISMATCH"
    /// The certificate cannot be read, or has not exactly one URI name.
    case certificateMalformed = "CERTIFICATE_MALFORMED"
    case cipherSuiteMismatch = "CIPHER_SUITE_MISMATCH"
    case protocolVersionUnsupported = "PROTOCOL_VERSION_UNSUPPORTED"
    case inappropriateFallback = "INAPPROPRIATE_FALLBACK"
    case noApplicationProtocol = "NO_APPLICATION_PROTOCOL"
    case signatureVerificationFailed = "SIGNATURE_VERIFICATION_FAILED"
    case decryptionFailed = "DECRYPTION_FAILED"
    case keyExchangeFailure = "KEY_EXCHANGE_FAILURE"
    /// Bytes against the rules of TLS, or of another protocol altogether.
    case unexpectedMessage = "UNEXPECTED_MESSAGE"
    case handshakeTimeout = "HANDSHAKE_TIMEOUT"
    /// Closed or reset before the end of the handshake, without an alert.
    case peerConnectionClosed = "PEER_CONNECTION_CLOSED"

    /// What an alert says, as far as it does: several failures share one (RFC 8446 §6.2).
    package init(_ alert: TLSAlert) {
        self =
            switch alert.rawValue {
            case 0, 90: .peerConnectionClosed
            case 10, 22, 47, 50, 109, 110: .unexpectedMessage
            case 20, 21: .decryptionFailed
            case 40, 71: .cipherSuiteMismatch
            case 41, 42, 43, 46, 49, 113, 116: .certificateVerificationFailed
            case 44: .certificateRevoked
            case 45: .certificateExpired
            case 48: .certificateAuthorityInvalid
            case 51: .signatureVerificationFailed
            case 70: .protocolVersionUnsupported
            case 86: .inappropriateFallback
            case 112: .certificateHostnameMismatch
            case 120: .noApplicationProtocol
            default: .unknownFailure
            }
    }

    /// The label of an error that this side has found, or was told of by an alert.
    package init(_ reason: TLSError.Reason) {
        self =
            switch reason {
            case .noPeerCertificate, .badCertificate, .wrongPurpose, .authorityAsPeer, .refusedByPolicy: .certificateVerificationFailed
            case .certificateExpired: .certificateExpired
            case .certificateNotYetValid: .certificateNotYetValid
            case .certificateRevoked: .certificateRevoked
            case .unknownIssuer, .badAuthority: .certificateAuthorityInvalid
            case .badPeerName, .malformedCertificate: .certificateMalformed
            case .wrongTrustDomain: .certificateHostnameMismatch
            case .badSignature: .signatureVerificationFailed
            case .undecipherable: .decryptionFailed
            case .badKeyExchange, .noCommonGroup: .keyExchangeFailure
            case .noCommonParameters: .cipherSuiteMismatch
            case .notTLS, .protocolViolation, .oversized: .unexpectedMessage
            case .protocolVersion: .protocolVersionUnsupported
            case .inappropriateFallback: .inappropriateFallback
            case .noALPN: .noApplicationProtocol
            case .timedOut: .handshakeTimeout
            case .closedDuringHandshake, .truncated: .peerConnectionClosed
            case .alert(let alert): HandshakeResult(alert)
            case .notOpen, .library: .unknownFailure
            }
    }
}

extension HandshakeResult: CustomStringConvertible {
    package var description: String { rawValue }
}
