package import SampanRPC

/// What a server asks about where a connection comes from. Both are called on loops and must not block; hosts are numeric, without a port.
package struct AddressGate: Sendable {
    /// Whether anybody may come from an address: if not, its connections are closed unread, before TLS.
    let isKnown: @Sendable (_ host: String) -> Bool
    /// Why a peer may not come from an address, once its certificate is verified; nil where it may.
    let refusal: @Sendable (_ peer: PeerIdentity, _ host: String) -> RPCError?

    package init(
        isKnown: @escaping @Sendable (_ host: String) -> Bool,
        refusal: @escaping @Sendable (_ peer: PeerIdentity, _ host: String) -> RPCError?
    ) {
        self.isKnown = isKnown
        self.refusal = refusal
    }
}
