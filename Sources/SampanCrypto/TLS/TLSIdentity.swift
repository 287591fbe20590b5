/// What this node shows to its peers: a certificate, the authorities between it and the root, and the key.
package struct TLSIdentity: Sendable {
    /// The leaf first, then its issuers; the root is left out, the peer has it.
    package let chain: [Certificate]
    package let key: PrivateKey
    /// The first of the chain: whom this node is.
    package let leaf: Certificate

    /// Throws `badPEM` for an empty chain and `keyMismatch`.
    package init(chain: [Certificate], key: PrivateKey) throws(CryptoError) {
        guard let leaf = chain.first else { throw CryptoError(.badPEM, "the certificate chain is empty") }
        guard leaf.matches(key) else {
            throw CryptoError(.keyMismatch, "the private key does not belong to the first certificate of the chain")
        }
        self.chain = chain
        self.leaf = leaf
        self.key = key
    }
}
