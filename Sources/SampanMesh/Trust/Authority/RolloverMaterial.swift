/// What `prepare` brings: made by the driver, with keys that this layer never sees.
package struct RolloverMaterial: Sendable, Hashable {
    /// The new root; nil when only the issuer changes.
    package let root: AuthorityCertificate?
    package let issuer: AuthorityCertificate
    /// The new root's key certified by the old root (DER); nil when only the issuer changes.
    package let bridge: [UInt8]?

    package init(root: AuthorityCertificate?, issuer: AuthorityCertificate, bridge: [UInt8]?) {
        self.root = root
        self.issuer = issuer
        self.bridge = bridge
    }

    var side: Rollover.Side { Rollover.Side(root: root?.keyID, issuer: issuer.keyID) }
}
