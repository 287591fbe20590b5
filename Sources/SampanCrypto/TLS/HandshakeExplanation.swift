/// A failed handshake for the person who has to do something about it: label, who has to act, why it failed, what to do. Safe to show and
/// to keep: no key material, nothing of a peer's that is not bounded.
package struct HandshakeExplanation: Sendable, Hashable {
    /// Who has to act.
    package enum Party: String, Sendable, Hashable {
        case us, peer, network
    }

    package let result: HandshakeResult
    package let party: Party
    /// One sentence, without its full stop; so is `fix`.
    package let cause: String
    package let fix: String
    /// What exactly was seen: of our own checks, of OpenSSL, of the kernel. At most 200 bytes of printable ASCII.
    package let detail: String
    /// Whether the peer has refused the certificate that this side showed, or missed one.
    package let isRefusalOfOurs: Bool

    private static let longestDetail = 200

    init(
        _ result: HandshakeResult, _ advice: Advice, detail: String, isRefusalOfOurs: Bool = false
    ) {
        self.result = result
        party = advice.party
        cause = advice.cause
        fix = advice.fix
        self.detail = BoundedText.cut(detail, to: Self.longestDetail)
        self.isRefusalOfOurs = isRefusalOfOurs
    }

    /// Of an error that this side has found, or was told of. `own`: what this side has shown; `now` in Unix seconds.
    init(_ error: TLSError, role: TLSRole, own: OwnCertificate?, at now: Int64) {
        guard case .alert(let alert) = error.reason else {
            self.init(
                HandshakeResult(error.reason), Advice(error.reason, peer: role == .server ? "the client" : "the server"),
                detail: error.detail)
            return
        }
        guard alert.isOfCertificate else {
            self.init(HandshakeResult(alert), Advice(alert), detail: "the peer sent the alert \(alert.name)")
            return
        }
        let flaw = own?.flaw(at: now)
        self.init(
            Self.refined(alert, flaw), Advice(refusal: alert, flaw, hasCertificate: own != nil),
            detail: "the peer sent the alert \(alert.name)", isRefusalOfOurs: true)
    }

    /// Only where the alert leaves it open: one that names a reason is right, whatever else is wrong.
    private static func refined(_ alert: TLSAlert, _ flaw: OwnCertificate.Flaw?) -> HandshakeResult {
        guard let flaw else { return HandshakeResult(alert) }
        switch alert {
        case .badCertificate, .certificateUnknown: return HandshakeResult(flaw.reason)
        // "Expired or not currently valid" (RFC 8446 §6.2).
        case .certificateExpired where flaw == .notYetValid: return .certificateNotYetValid
        default: return HandshakeResult(alert)
        }
    }

    /// For failures that the transport sees and TLS does not: a connection that was closed, reset, or silent for too long.
    package static func ended(_ reason: TLSError.Reason, role: TLSRole, detail: String) -> HandshakeExplanation {
        HandshakeExplanation(TLSError(reason, detail), role: role, own: nil, at: 0)
    }
}

extension HandshakeExplanation: CustomStringConvertible {
    /// `CERTIFICATE_EXPIRED: cause; fix (detail)`.
    package var description: String { "\(result): \(cause); \(fix)" + (detail.isEmpty ? "" : " (\(detail))") }
}
