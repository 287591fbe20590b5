package import SampanCrypto

/// Who signs the heads of an audit log: the node, with the key of its certificate.
package struct AuditSigner: Sendable {
    /// Signs some bytes in a domain. Throws only when OpenSSL fails.
    package typealias Sign = @Sendable (SignatureDomain, [UInt8]) throws(CryptoError) -> [UInt8]

    /// The node's certificate, then its issuers.
    package let chain: [Certificate]
    let sign: Sign

    package init(chain: [Certificate], sign: @escaping Sign) {
        self.chain = chain
        self.sign = sign
    }

    /// With the key beside the certificate: some 30 µs a signature.
    package init(_ identity: TLSIdentity) {
        let key = identity.key
        self.init(chain: identity.chain) { domain, bytes throws(CryptoError) in try DetachedSignature.sign(domain, bytes, key: key) }
    }
}
