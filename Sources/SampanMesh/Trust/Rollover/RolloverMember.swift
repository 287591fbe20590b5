package import SampanRPC

/// A node as a gate of a rollover sees it.
package struct RolloverMember: Sendable, Hashable {
    package let node: PeerIdentity
    /// The epoch that it has in force; 0 for none.
    package let acknowledged: UInt64
    /// Key identifier of the issuer of the certificate that it shows; nil when that is not known.
    package let shownIssuer: [UInt8]?
    /// Away for longer than the absence limit, or denied: it cannot be waited for.
    package let isAbsent: Bool
    /// A gate has passed without it, and it has not caught up since. It is waited for again when it has.
    package let isLeftBehind: Bool

    package init(node: PeerIdentity, acknowledged: UInt64, shownIssuer: [UInt8]?, isAbsent: Bool, isLeftBehind: Bool) {
        self.node = node
        self.acknowledged = acknowledged
        self.shownIssuer = shownIssuer
        self.isAbsent = isAbsent
        self.isLeftBehind = isLeftBehind
    }
}
