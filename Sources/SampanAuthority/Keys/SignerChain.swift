internal import SampanCrypto
internal import SampanMesh

/// What stands behind an epoch's signature, so that also those find a root that they trust who have missed changes of the root.
enum SignerChain {
    /// Signer, issuer, the root of that, and all bridges, the oldest first: 19 at the most, of the 20 that the contract allows. A node
    /// crosses the bridges one by one, from a root that it trusts to the one in here.
    static func make(_ signer: Certificate, issuer: AuthorityCertificate, _ state: AuthorityState) -> [[UInt8]] {
        let roots = state.rootCertificates.filter { $0.keyID == issuer.parentKeyID }
        return [signer.der, issuer.certificate] + roots.map(\.certificate) + state.bridgesToRoots.map(\.certificate)
    }
}
