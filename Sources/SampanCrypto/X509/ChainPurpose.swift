internal import COpenSSL

/// What a chain is verified for; how a leaf is judged by it is the same as in a TLS handshake.
package enum ChainPurpose: String, Sendable, Hashable, CaseIterable {
    /// To accept connections as a node.
    case server
    /// To open them.
    case client
    /// To sign trust epochs.
    case epochSigner
    /// To sign certificates: the first certificate is an authority itself.
    case authority

    /// OpenSSL's number: what it asks of every certificate of the chain.
    var number: Int32 {
        switch self {
        case .server: X509_PURPOSE_SSL_SERVER
        case .client: X509_PURPOSE_SSL_CLIENT
        case .epochSigner, .authority: X509_PURPOSE_ANY
        }
    }

    /// What we ask of the leaf: an extension that OpenSSL lets be absent, and no authority in a node's place.
    func accepts(_ leaf: Certificate) -> Bool {
        switch self {
        case .server: !leaf.isAuthority && leaf.purposes.contains(.server)
        case .client: !leaf.isAuthority && leaf.purposes.contains(.client)
        case .epochSigner: !leaf.isAuthority && leaf.purposes == .epochSigner && leaf.keyUsages?.contains(.digitalSignature) == true
        case .authority: leaf.isAuthority
        }
    }
}
