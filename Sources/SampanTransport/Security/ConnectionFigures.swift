internal import SampanHTTP2

/// A connection of a verified peer at one moment, for an admin who looks.
package struct ConnectionFigures: Sendable, Hashable {
    /// Who has opened it.
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        /// The peer: it calls this node.
        case incoming = "in"
        /// This node.
        case outgoing = "out"
    }

    package let direction: Direction
    /// Numeric address and port of the other end.
    package let address: String
    package let peer: VerifiedPeer
    /// Since the handshake was over.
    package let age: Duration
    /// Since the peer last sent anything.
    package let silence: Duration
    /// Calls that are open, and all that there were.
    package let openCalls: Int
    package let startedCalls: Int
    /// Of HTTP/2, without TLS.
    package let receivedBytes: UInt64
    package let sentBytes: UInt64
    /// That the peer does not take now.
    package let waitingBytes: Int
    package let isDraining: Bool

    /// Nil for one that has no verified peer, or is closed. On its loop.
    init?(_ owner: some CuttableConnection) {
        let connection = owner.connection
        guard let peer = connection.verifiedPeer, !connection.isClosed else { return nil }
        let (session, now) = (connection.session, connection.loop.nowNanoseconds)
        direction = session.role == .server ? .incoming : .outgoing
        address = connection.address
        self.peer = peer
        age = .nanoseconds(now - connection.opened)
        silence = .nanoseconds(now - connection.lastHeard)
        openCalls = session.streamCount
        startedCalls = session.startedStreams
        (receivedBytes, sentBytes) = (connection.receivedBytes, connection.sentBytes)
        waitingBytes = session.outboundBytes
        isDraining = owner.isDraining
    }
}
