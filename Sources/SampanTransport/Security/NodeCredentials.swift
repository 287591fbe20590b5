package import SampanCrypto
public import SampanRPC

/// What a program shows to its peers and what it believes: its certificate and key, and the roots of its trust domain, read from files.
public struct NodeCredentials: Sendable {
    /// Whom the certificate names.
    public let identity: PeerIdentity
    private let shown: TLSIdentity
    /// Whom it believes.
    package private(set) var roots: [Certificate]
    /// Shown behind the chain by listeners: how nodes that missed a change of roots can follow.
    private var bridges: [Certificate] = []
    /// Believed by listeners besides: for nodes that come back with what is not trusted any more.
    private var retiredRoots: [Certificate] = []

    /// Reads the files (PEM). Throws for one that is missing or broken, a key that others than its owner may read, a key of another
    /// certificate, or a certificate that names no node of `trustDomain`. Blocks on the disk; call at a program's start.
    public init(certificateFile: String, keyFile: String, trustFile: String, trustDomain: String) throws(CredentialsError) {
        (shown, roots) = try CredentialsError.translating { () throws(CryptoError) in
            (
                try CredentialFile.identity(certificate: certificateFile, key: keyFile),
                try CredentialFile.certificates(trustFile)
            )
        }
        identity = try Self.identity(of: shown, trustDomain: trustDomain, in: certificateFile)
    }

    /// The same from what is in memory: a certificate with its issuers and its key, and the roots. Throws for a certificate that names no
    /// node of `trustDomain`.
    package init(shown: TLSIdentity, roots: [Certificate], trustDomain: String) throws(CredentialsError) {
        self.shown = shown
        self.roots = roots
        identity = try Self.identity(of: shown, trustDomain: trustDomain, in: "the certificate")
    }

    /// `place`: where the certificate is from, for the error.
    private static func identity(
        of shown: TLSIdentity, trustDomain: String, in place: String
    ) throws(CredentialsError) -> PeerIdentity {
        guard let uri = shown.leaf.alternativeNames?.uris.first, let identity = try? PeerIdentity(uri: uri) else {
            throw CredentialsError("\(place) names no node (spiffe://domain/role/institution/node)")
        }
        guard identity.trustDomain == trustDomain else {
            throw CredentialsError("\(place) is of trust domain \(identity.trustDomain), the node's is \(trustDomain)")
        }
        return identity
    }

    /// The node's own certificate.
    package var leaf: Certificate { shown.leaf }

    /// What it shows, with its key.
    package var identityShown: TLSIdentity { shown }

    /// What it shows: the leaf, then its issuers.
    package var chain: [Certificate] { shown.chain }

    /// Whether they show the same certificates and believe the same roots.
    package func isSame(as other: NodeCredentials) -> Bool {
        shown.chain == other.shown.chain && roots == other.roots && bridges == other.bridges && retiredRoots == other.retiredRoots
    }

    /// The same certificate under other roots.
    ///
    /// - Parameters:
    ///   - bridges: shown by listeners behind their chain.
    ///   - retiredRoots: believed by listeners besides, of peers that are let in for one thing only (`AdmissionGate.Confinement`).
    package func believing(
        _ roots: [Certificate], bridges: [Certificate] = [], retiredRoots: [Certificate] = []
    ) -> NodeCredentials {
        var other = self
        other.roots = roots
        other.bridges = bridges
        other.retiredRoots = retiredRoots
        return other
    }

    /// Another certificate and key under the same roots. Throws for a certificate that names no node of the trust domain.
    package func showing(_ shown: TLSIdentity) throws(CredentialsError) -> NodeCredentials {
        var other = try NodeCredentials(shown: shown, roots: roots, trustDomain: identity.trustDomain)
        other.bridges = bridges
        other.retiredRoots = retiredRoots
        return other
    }

    /// For listeners: TLS 1.3, a certificate of the trust domain required from every client.
    package func serverContext() throws(CredentialsError) -> TLSContext { try context(.server) }

    /// For channels: shows the node's certificate, and talks only to nodes of the trust domain.
    package func clientContext() throws(CredentialsError) -> TLSContext { try context(.client) }

    /// `refusal`: why a peer is denied, asked within each handshake, after everything else was found in order.
    func context(
        _ role: TLSRole, refusal: @escaping @Sendable (VerifiedPeer) -> String? = { _ in nil }
    ) throws(CredentialsError) -> TLSContext {
        try CredentialsError.translating { () throws(CryptoError) in
            let isServer = role == .server
            var configuration = TLSConfiguration(
                role: role, identity: isServer && !bridges.isEmpty ? try TLSIdentity(chain: shown.chain + bridges, key: shown.key) : shown,
                trustRoots: isServer ? roots + retiredRoots.filter { !roots.contains($0) } : roots,
                expectedTrustDomain: identity.trustDomain)
            // A certificate of our authority whose name is no node's must not get as far as a handler.
            configuration.verdict = { certificate in
                guard let peer = VerifiedPeer(certificate) else { return .refused }
                return refusal(peer).map { .revoked($0) } ?? .admitted
            }
            return try TLSContext(configuration)
        }
    }

    /// For the listener where nodes enrol: nobody is asked for a certificate.
    func enrollmentContext() throws(CredentialsError) -> TLSContext {
        var configuration = TLSConfiguration(
            role: .server, identity: shown, trustRoots: roots, expectedTrustDomain: identity.trustDomain)
        configuration.clientCertificates = .none
        return try CredentialsError.translating { () throws(CryptoError) in try TLSContext(configuration) }
    }
}

/// Why credentials cannot be used; for the person at the terminal.
public struct CredentialsError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }

    static func translating<Value>(_ body: () throws(CryptoError) -> Value) throws(CredentialsError) -> Value {
        do { return try body() } catch { throw CredentialsError(error.detail) }
    }
}
