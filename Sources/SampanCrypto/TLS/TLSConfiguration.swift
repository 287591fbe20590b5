/// What a `TLSContext` is made from. Every limit and setting not listed here is fixed by the context.
package struct TLSConfiguration: Sendable {
    /// Whether a server asks its clients for a certificate.
    package enum ClientCertificates: Sendable, Hashable {
        /// A client without an acceptable certificate does not get past the handshake.
        case required
        /// Nobody is asked. For benchmarks only: a peer then has no identity.
        case none
    }

    package var role: TLSRole
    /// Nil only for a client of a server that asks for no certificate.
    package var identity: TLSIdentity?
    /// The roots a peer's chain must end in.
    package var trustRoots: [Certificate]
    /// The trust domain a peer's URI name must be in; nil accepts any (SPIFFE-ID §2.1).
    package var expectedTrustDomain: String?
    package var clientCertificates: ClientCertificates = .required
    /// Lets a peer in whose certificate is in order but has no URI name; it then has no identity. For benchmarks beside other stacks
    /// only, whose certificates name hosts.
    package var admitsNamelessPeers = false
    /// Protocols offered or accepted by ALPN (RFC 7301), the best first. Both ends refuse a peer that shares none; empty turns
    /// ALPN off, which only tests of that refusal want.
    package var applicationProtocols: [String] = ["h2"]
    /// Seconds since 1970 at which certificates are judged; nil is the system's clock at each handshake.
    package var verificationTime: Int64?
    /// A last question about a peer whose chain, dates, purpose and trust domain are in order, asked within the handshake (for
    /// example: is it revoked?). Nil admits everybody. Called on the connection's thread; must not block.
    package var verdict: (@Sendable (PeerCertificate) -> PeerVerdict)?

    package init(
        role: TLSRole, identity: TLSIdentity?, trustRoots: [Certificate], expectedTrustDomain: String?
    ) {
        self.role = role
        self.identity = identity
        self.trustRoots = trustRoots
        self.expectedTrustDomain = expectedTrustDomain
    }
}
