package import SampanCrypto
package import SampanRPC

/// Whom the certificate at the other end of a connection names, and what tells it from others of the same name: what a denial is matched
/// against. Made within the handshake, after chain, dates, purpose and trust domain were found in order.
package struct VerifiedPeer: Sendable, Hashable {
    /// Trust domain, role, institution and node.
    package let identity: PeerIdentity
    /// Serial, key id of the issuer, fingerprint.
    package let certificate: PeerCertificate

    /// Somebody whom a verified peer vouches for.
    init(naming identity: PeerIdentity, under other: VerifiedPeer) {
        self.identity = identity
        certificate = other.certificate
    }

    /// Nil for a certificate that names no node of ours (benchmarks beside other stacks).
    package init?(_ certificate: PeerCertificate) {
        guard let identity = try? PeerIdentity(uri: certificate.uri) else { return nil }
        self.identity = identity
        self.certificate = certificate
    }
}
