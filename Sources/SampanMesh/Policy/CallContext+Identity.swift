package import SampanRPC

extension CallContext {
    /// Whose certificate the call came over. Throws UNAUTHENTICATED where there is none.
    package func requireIdentity() throws(RPCError) -> PeerIdentity {
        guard let identity = peer.identity else {
            throw RPCError(code: .unauthenticated, message: "the connection shows no certificate of a node")
        }
        return identity
    }
}
