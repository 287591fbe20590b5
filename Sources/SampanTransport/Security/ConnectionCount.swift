internal import SampanHTTP2

/// How much lives at a moment.
package struct ConnectionCount: Sendable, Hashable {
    package internal(set) var connections = 0
    /// Open calls of any kind.
    package internal(set) var streams = 0
    /// Unary calls among them.
    package internal(set) var calls = 0

    init() {}

    mutating func add(_ other: ConnectionCount) {
        connections += other.connections
        streams += other.streams
        calls += other.calls
    }

    /// Counts a connection if its peer is named by `which`. On its loop.
    mutating func add(_ owner: some CuttableConnection, if which: (VerifiedPeer) -> Bool) {
        guard let peer = owner.connection.verifiedPeer, !owner.connection.isClosed, which(peer) else { return }
        let open = owner.connection.session.openStreams
        connections += 1
        streams += open.count
        calls += open.count { owner.isUnary($0) }
    }
}
