package import SampanCrypto
package import SampanRPC

/// What a node shows to its peers and what it believes: its certificate and key, and the roots of its trust domain, read from files.
package struct NodeCredentials: Sendable {
    /// Whom the certificate names.
    package let identity: PeerIdentity
    private let shown: TLSIdentity
    private let roots: [Certificate]

    /// Reads the files. Throws for one that is missing or broken, a key that others may read, a key of another certificate, or a
    /// certificate that names no node of `trustDomain`. Blocks on the disk; call at a program's start.
    package init(certificateFile: String, keyFile: String, trustFile: String, trustDomain: String) throws(TrustError) {
        let (shown, roots) = try TrustError.translating { () throws(CryptoError) in
            (
                try CredentialFile.identity(certificate: certificateFile, key: keyFile),
                try CredentialFile.certificates(trustFile)
            )
        }
        guard let uri = shown.leaf.alternativeNames?.uris.first, let identity = try? PeerIdentity(uri: uri) else {
            throw TrustError(.badIdentity, "\(certificateFile) names no node (spiffe://domain/role/institution/node)")
        }
        guard identity.trustDomain == trustDomain else {
            throw TrustError(.badIdentity, "\(certificateFile) is of trust domain \(identity.trustDomain), the node's is \(trustDomain)")
        }
        self.identity = identity
        self.shown = shown
        self.roots = roots
    }

    /// For listeners: TLS 1.3, a certificate of the trust domain required from every client.
    package func serverContext() throws(TrustError) -> TLSContext { try context(.server) }

    /// For channels: shows the node's certificate, and talks only to nodes of the trust domain.
    package func clientContext() throws(TrustError) -> TLSContext { try context(.client) }

    private func context(_ role: TLSRole) throws(TrustError) -> TLSContext {
        var configuration = TLSConfiguration(
            role: role, identity: shown, trustRoots: roots, expectedTrustDomain: identity.trustDomain)
        // A certificate of our authority whose name is no node's must not get as far as a handler.
        configuration.accepts = { (try? PeerIdentity(uri: $0.uri)) != nil }
        return try TrustError.translating { () throws(CryptoError) in try TLSContext(configuration) }
    }
}
