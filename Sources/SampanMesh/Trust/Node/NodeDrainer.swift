package import SampanAPI
package import SampanRPC

/// Takes a node out of service, and tells how that goes. Safe from any task.
package protocol NodeDrainer: Sendable {
    /// Begins, or joins what has begun; ends with the answer that says so. Going away meanwhile changes nothing.
    /// - Parameters:
    ///   - grace: that calls under way have; nil for what the node's file says. Of the first who asks.
    ///   - context: of the call, whose connection stays until the end.
    /// Throws a status where it is not begun.
    func drain(grace: Duration?, _ context: CallContext) async throws(RPCError) -> AsyncStream<TrustV1.DrainResponse>
    /// Throws PERMISSION_DENIED, audited, unless the policy lets the caller act for the node's institution.
    func requireOwn(_ context: CallContext) throws(RPCError)
}
