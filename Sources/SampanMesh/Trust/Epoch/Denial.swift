package import SampanDomain
package import SampanRPC

/// Somebody who is refused: on new connections, and on those that live.
package struct Denial: Sendable, Hashable {
    package enum Subject: Sendable, Hashable {
        /// One certificate, wherever in a verified chain it stands.
        case certificate(CertificateName)
        /// Every certificate that this node has or will get.
        case node(PeerIdentity)
        /// Every node of the institution with this code.
        case institution(String)
    }

    /// See `DenialReason` in the contract.
    package enum Reason: Sendable, Hashable, CaseIterable {
        case keyCompromise, cessation, superseded, privilegeWithdrawn
        /// For a while; exactly these have an end.
        case locked
    }

    package let subject: Subject
    package let reason: Reason
    /// What the refused are told, at most 256 bytes.
    package let message: String
    /// From this moment on the denial means nothing; nil for good.
    package let endsAt: UnixTime?

    /// Throws `badValue` unless a lock has an end and nothing else has one, and `tooLarge` for a message over 256 bytes.
    package init(_ subject: Subject, reason: Reason, message: String = "", endsAt: UnixTime? = nil) throws(EpochError) {
        guard (reason == .locked) == (endsAt != nil) else {
            throw EpochError(.badValue, "denials.ends_at", "a lock has an end, a revocation has none")
        }
        try EpochError.check(count: message.utf8.count, in: EpochLimits.denialMessageBytes, "denials.message")
        self.subject = subject
        self.reason = reason
        self.message = message
        self.endsAt = endsAt
    }

    /// Whether it still means something. The end itself is past it.
    package func isInForce(at now: UnixTime) -> Bool { endsAt.map { now < $0 } ?? true }
}
