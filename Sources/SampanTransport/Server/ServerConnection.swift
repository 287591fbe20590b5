internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls come in on.
///
/// open → draining (GOAWAY sent, calls go on) → closed. Loop-confined.
final class ServerConnection: ConnectionOwner {
    let server: ServerState
    private(set) var peer: Peer
    private let connection: Connection
    private var isDraining = false

    var loop: EventLoop { connection.loop }
    var session: HTTP2Session { connection.session }

    init(server: ServerState, connection: Connection, address: String) {
        self.server = server
        self.connection = connection
        peer = Peer(address: address)
    }

    func start() {
        connection.start(owner: self, setUpTimeout: server.configuration.setUpTimeout)
    }

    func markDirty() { connection.markDirty() }

    /// Gives back window of a stream and makes sure that the peer hears of it.
    func consume(_ stream: HTTP2Stream, _ count: Int) {
        session.consumeStream(stream, count)
        connection.markDirty()
    }

    /// Lets calls end and takes no new ones: two-phase GOAWAY with a ping as the fence (RFC 9113 §6.8).
    func drain() {
        guard !isDraining, !connection.isClosed else { return }
        isDraining = true
        session.submitShutdownNotice()
        session.ping()
        connection.markDirty()
    }

    func close(_ reason: CloseReason) { connection.close(reason) }

    func callEnded() {
        connection.markDirty()
    }

    // MARK: ConnectionOwner

    func connectionEstablished(_ peer: Peer) {
        self.peer = peer
    }

    func connectionClosed(_ reason: CloseReason) {
        server.remove(self, on: loop)
    }

    func makeStream() -> HTTP2Stream? { ServerCall(connection: self) }

    func receivedSettings(maximumConcurrentStreams: UInt32) { connection.setUpComplete() }

    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}

    func receivedPingAck() {
        // Every stream that the peer opened before it saw the notice has arrived by now.
        if isDraining {
            session.submitGoAway(.noError)
            connection.markDirty()
        }
    }
}
