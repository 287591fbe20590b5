/// Why a TLS connection cannot go on. After one, every call on the connection throws the same error again; what is still pending
/// (an alert for the peer) should be sent before the socket is closed.
package struct TLSError: Error, Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        // The peer's certificate.
        case noPeerCertificate, certificateExpired, certificateNotYetValid, certificateRevoked, unknownIssuer, badCertificate, wrongPurpose
        /// A certificate of the chain was signed by one that may not sign, or not at this depth.
        case badAuthority
        /// Not to be read as a certificate at all.
        case malformedCertificate
        /// A certificate authority's own certificate was shown as a node's.
        case authorityAsPeer
        /// No URI name, or more than one, or one that is not printable ASCII.
        case badPeerName
        case wrongTrustDomain
        /// The context's or the connection's own question was answered with no.
        case refusedByPolicy

        // The peer's bytes.
        /// Not TLS at all: plain HTTP, a port scanner, garbage.
        case notTLS
        case protocolVersion
        case noALPN
        /// The peer retries with an older version than both ends know (RFC 7507).
        case inappropriateFallback
        /// No cipher or signature algorithm in common.
        case noCommonParameters
        /// No group for the key exchange in common.
        case noCommonGroup
        /// A share of the key exchange that is none.
        case badKeyExchange
        /// A signature that is not by the key it should be by: of a certificate, or of the handshake.
        case badSignature
        /// A record that does not decrypt.
        case undecipherable
        /// A message or a record above its limit.
        case oversized
        /// TLS, but against its rules: a message out of place.
        case protocolViolation
        case closedDuringHandshake
        /// The transport's: the handshake did not end in time.
        case timedOut
        /// The stream ended without close_notify: data may be missing.
        case truncated
        /// The peer refused us and said why (RFC 8446 §6).
        case alert(TLSAlert)

        // Ours.
        /// `write` before the handshake ended, or after `close`.
        case notOpen
        /// OpenSSL failed where neither side was wrong, for example out of memory.
        case library
    }

    /// Who has to act.
    package enum Party: String, Sendable, Hashable {
        case peer, ours
    }

    package let reason: Reason
    /// OpenSSL's words, or ours where it has none; never key material. For logs, not for the peer.
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    package var guilty: Party {
        switch reason {
        case .notOpen, .library: .ours
        default: .peer
        }
    }

    /// A stable name for metrics and logs, for example `wrongTrustDomain` or `alert.unknown_ca`.
    package var label: String {
        switch reason {
        case .alert(let alert): "alert.\(alert.name)"
        default: "\(reason)"
        }
    }
}

extension TLSError: CustomStringConvertible {
    package var description: String { "TLS: \(label): \(detail)" }
}
