/// A root or an issuing certificate of an epoch, and how far it may be relied on.
package struct TrustAnchor: Sendable, Hashable {
    /// See `AnchorStanding` in the contract.
    package enum Standing: Sendable, Hashable, CaseIterable {
        case trusted, active, tainted
    }

    /// DER, 1 to 16,384 bytes. Not parsed here: what uses it (TLS, the signature check) does, and refuses what is none.
    package let certificate: [UInt8]
    package let standing: Standing

    package init(certificate: [UInt8], standing: Standing) {
        self.certificate = certificate
        self.standing = standing
    }
}
