package import SampanCrypto
public import SampanRPC

/// What a program shows to its peers and what it believes: its certificate and key, and the roots of its trust domain, read from files.
public struct NodeCredentials: Sendable {
    /// Whom the certificate names.
    public let identity: PeerIdentity
    private let shown: TLSIdentity
    private let roots: [Certificate]

    /// Reads the files (PEM). Throws for one that is missing or broken, a key that others than its owner may read, a key of another
    /// certificate, or a certificate that names no node of `trustDomain`. Blocks on the disk; call at a program's start.
    public init(certificateFile: String, keyFile: String, trustFile: String, trustDomain: String) throws(CredentialsError) {
        (shown, roots) = try CredentialsError.translating { () throws(CryptoError) in
            (
                try CredentialFile.identity(certificate: certificateFile, key: keyFile),
                try CredentialFile.certificates(trustFile)
            )
        }
        guard let uri = shown.leaf.alternativeNames?.uris.first, let identity = try? PeerIdentity(uri: uri) else {
            throw CredentialsError("\(certificateFile) names no node (spiffe://domain/role/institution/node)")
        }
        guard identity.trustDomain == trustDomain else {
            throw CredentialsError("\(certificateFile) is of trust domain \(identity.trustDomain), the node's is \(trustDomain)")
        }
        self.identity = identity
    }

    /// For listeners: TLS 1.3, a certificate of the trust domain required from every client.
    package func serverContext() throws(CredentialsError) -> TLSContext { try context(.server) }

    /// For channels: shows the node's certificate, and talks only to nodes of the trust domain.
    package func clientContext() throws(CredentialsError) -> TLSContext { try context(.client) }

    private func context(_ role: TLSRole) throws(CredentialsError) -> TLSContext {
        var configuration = TLSConfiguration(
            role: role, identity: shown, trustRoots: roots, expectedTrustDomain: identity.trustDomain)
        // A certificate of our authority whose name is no node's must not get as far as a handler.
        configuration.accepts = { (try? PeerIdentity(uri: $0.uri)) != nil }
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
