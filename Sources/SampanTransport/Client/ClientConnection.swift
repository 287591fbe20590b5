internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls go out on.
///
/// settingUp (until the server's first SETTINGS) → ready → draining (GOAWAY seen or sent) → closed. Loop-confined.
final class ClientConnection: ConnectionOwner {
    private enum State { case settingUp, ready, draining, closed }

    private unowned let channel: ChannelCore
    private let connection: Connection
    private let authority: String
    private let scheme: String
    private var state = State.settingUp
    private var maximumStreams = 100

    var session: HTTP2Session { connection.session }
    var closeReason: CloseReason? { connection.closeReason }

    init(channel: ChannelCore, connection: Connection, authority: String, scheme: String) {
        self.channel = channel
        self.connection = connection
        self.authority = authority
        self.scheme = scheme
    }

    /// Whether a new call may be put on it.
    var isReady: Bool { state == .ready && session.streamCount < maximumStreams }
    var isClosed: Bool { state == .closed }

    func start(setUpTimeout: Duration) {
        connection.start(owner: self, setUpTimeout: setUpTimeout)
    }

    func markDirty() { connection.markDirty() }

    /// A reader has taken bytes; `keepsUp`: all there were.
    func consume(_ stream: HTTP2Stream, _ count: Int, keepsUp: Bool) { connection.took(stream, count, keepsUp: keepsUp) }

    /// Takes no new calls and closes when the last has ended.
    func drain() {
        guard state == .ready || state == .settingUp else { return }
        state = .draining
        session.submitGoAway(.noError)
        connection.markDirty()
        closeIfIdle()
    }

    /// The session takes no more streams, as after 2^30 of them: new calls get another connection.
    func retire() {
        guard state == .ready else { return }
        state = .draining
        channel.draining(self)
        closeIfIdle()
    }

    func close(_ reason: CloseReason) {
        connection.close(reason)
    }

    func head(for call: ClientCall, timeout: Duration) -> HeaderBlock {
        var block = HeaderBlock(reservingFields: 12, bytes: 320)
        block.append(":method", "POST")
        block.append(":scheme", scheme)
        block.append(":path", call.method.path)
        block.append(":authority", authority)
        block.append("te", "trailers")
        block.append("content-type", "application/grpc")
        block.append("user-agent", "sampan-swift/1")
        block.append("grpc-accept-encoding", MessageEncoding.accepted)
        if call.options.compression == .gzip { block.append("grpc-encoding", "gzip") }
        block.append("grpc-timeout", Timeout.format(timeout))
        block.append(call.options.metadata)
        return block
    }

    /// A stream has gone: another call may take its place, and a draining connection may be done.
    func callEnded() {
        channel.streamEnded(on: self)
        closeIfIdle()
    }

    private func closeIfIdle() {
        if state == .draining, session.streamCount == 0 { connection.close(.finished) }
    }

    // MARK: ConnectionOwner

    func connectionEstablished(_ peer: Peer) {}

    func connectionClosed(_ reason: CloseReason) {
        state = .closed
        channel.closed(self, reason)
    }

    func makeStream() -> HTTP2Stream? { nil }

    func receivedSettings(maximumConcurrentStreams: UInt32) {
        maximumStreams = Int(maximumConcurrentStreams)
        connection.setUpComplete()
        guard state == .settingUp else { return }
        connection.keepAlive(channel.configuration.keepalive, onlyWithStreams: true)
        state = .ready
        channel.ready(self)
    }

    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {
        if state != .closed { state = .draining }
        channel.draining(self)
    }

    func receivedPingAck(_ ping: HTTP2Ping?) {
        if ping == .bandwidth { connection.measured() }
    }

    func connectionFlushed() {}

    var windowLimits: WindowLimits { channel.configuration.windowLimits }

    func mayWiden(by bytes: Int) -> Bool { true }
}
