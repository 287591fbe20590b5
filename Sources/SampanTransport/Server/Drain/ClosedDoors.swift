package import SampanRPC

/// What a server that is being emptied still takes: those who look after it, and nothing else.
package struct ClosedDoors: Sendable {
    /// Addresses and ports of peers whose connections stay until the server ends.
    package let stays: Set<String>
    /// Of those who may still connect. Connections of others are closed before the first SETTINGS: to a client that is a connect which
    /// failed, so it asks another address, and has lost no call.
    package let admits: PeerIdentity.Role
    /// Paths of the methods that may still be called, by whoever is still connected. Calls of these do not count as calls under way.
    package let methods: Set<String>
    /// How other calls end, of which no handler has seen anything.
    package let status: RPCError

    package init(stays: Set<String>, admits: PeerIdentity.Role, methods: Set<String>, status: RPCError) {
        (self.stays, self.admits, self.methods, self.status) = (stays, admits, methods, status)
    }

    var confinement: ConfinedPeer { ConfinedPeer(methods: methods, status: status) }
}
