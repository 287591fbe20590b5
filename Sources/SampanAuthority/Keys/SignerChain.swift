internal import SampanCrypto
internal import SampanMesh

/// What stands behind an epoch's signature, so that also those find a root that they trust who have missed changes of the root.
enum SignerChain {
    /// Certificates in all, as the contract says.
    private static let limit = 20
    /// Changes of roots that a verifier takes in one step: it allows two authorities between a certificate and a root, so three bridges in
    /// a row lead from one root to another.
    private static let stride = 3
    /// Bridges for which there is room with signer, issuer, root and a root for each whole stride: 13 + 4 + 3 = 20.
    private static let bridgeLimit = 13

    /// Signer, issuer, its root, the bridges (the oldest first), and of the roots that have gone one for each stride back from today's.
    ///
    /// - Parameter known: the certificate (DER) of a root that has gone; nil when it is not there.
    static func make(
        _ signer: Certificate, issuer: AuthorityCertificate, _ state: AuthorityState, known: ([UInt8]) -> [UInt8]?
    ) -> [[UInt8]] {
        let bridges = state.bridgesToRoots.suffix(bridgeLimit)
        var chain = [signer.der, issuer.certificate]
        chain += state.rootCertificates.map(\.certificate)
        chain += bridges.map(\.certificate)
        let current = Set(state.rootCertificates.map(\.keyID))
        let places = bridges.indices.reversed().filter { (bridges.endIndex - 1 - $0) % stride == 0 }
        for place in places where !current.contains(bridges[place].root) && chain.count < limit {
            if let root = known(bridges[place].root) { chain.append(root) }
        }
        return Array(chain.prefix(limit))
    }
}
