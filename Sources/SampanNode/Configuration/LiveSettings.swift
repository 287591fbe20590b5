internal import SampanMesh

/// What of a node's file counts without a restart.
package struct LiveSettings: Sendable {
    /// Nil: peers may come from anywhere.
    let peers: PeerAllowList?
    /// Until an epoch says otherwise.
    let policy: PolicyEdition

    /// Whether a key, or what is below it, is taken while the node serves.
    static func holds(_ key: String) -> Bool { ["peers", "policy"].contains(key.prefix { $0 != "." && $0 != "[" }) }
}
