internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls go out on.
///
/// settingUp (until the server's first SETTINGS) → ready → draining (GOAWAY seen or sent) → closed. Loop-confined.
final class ClientConnection: ConnectionOwner {
    private enum State { case settingUp, ready, draining, closed }

    let subchannel: Subchannel
    private let connection: Connection
    /// The fields that every call begins with, and those that follow its path: made once.
    private let firstFields: HeaderBlock
    private let fixedFields: HeaderBlock
    private var state = State.settingUp
    /// Whether the server has ended the connection for an error that it sees on this side.
    private(set) var wasBlamed = false
    private var maximumStreams = 100

    var session: HTTP2Session { connection.session }
    var closeReason: CloseReason? { connection.closeReason }

    init(subchannel: Subchannel, connection: Connection, authority: String, scheme: String) {
        self.subchannel = subchannel
        self.connection = connection
        firstFields = Self.block([(":method", "POST"), (":scheme", scheme), (":authority", authority)])
        fixedFields = Self.block([
            ("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "sampan-swift/1"),
            ("grpc-accept-encoding", MessageEncoding.accepted),
        ])
    }

    private static func block(_ fields: [(String, String)]) -> HeaderBlock {
        var block = HeaderBlock()
        for (name, value) in fields { block.append(name, value) }
        return block
    }

    /// Whether a new call may be put on it. While the socket is being closed its calls end first, and may look for another connection:
    /// they must not find this one.
    var isReady: Bool { state == .ready && session.streamCount < maximumStreams && !connection.isClosed }

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
        subchannel.draining(self)
        closeIfIdle()
    }

    func close(_ reason: CloseReason) {
        connection.close(reason)
    }

    func head(for call: ClientCall, timeout: Duration) -> HeaderBlock {
        var block = HeaderBlock(reservingFields: 12, bytes: 320)
        block.append(firstFields)
        block.append(":path", call.method.path)
        block.append(fixedFields)
        if call.options.compression == .gzip { block.append("grpc-encoding", "gzip") }
        block.append("grpc-timeout", Timeout.format(timeout), isIndexed: false)
        if call.attempt > 0 { block.append("grpc-previous-rpc-attempts", "\(call.attempt)") }
        block.append(call.options.metadata)
        return block
    }

    /// A stream has gone: another call may take its place, and a draining connection may be done.
    func callEnded() {
        subchannel.core.streamEnded()
        closeIfIdle()
    }

    private func closeIfIdle() {
        if state == .draining, session.streamCount == 0 { connection.close(.finished) }
    }

    // MARK: ConnectionOwner

    func connectionEstablished(_ peer: Peer) {}

    func connectionClosed(_ reason: CloseReason) {
        state = .closed
        subchannel.closed(self, reason)
    }

    func makeStream() -> HTTP2Stream? { nil }

    func receivedSettings(maximumConcurrentStreams: UInt32) {
        maximumStreams = Int(maximumConcurrentStreams)
        connection.setUpComplete()
        guard state == .settingUp else { return }
        connection.keepAlive(subchannel.core.configuration.keepalive, onlyWithStreams: true)
        state = .ready
        subchannel.ready(self)
    }

    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {
        if code != .noError { wasBlamed = true }
        guard state == .ready || state == .settingUp else { return }
        let wasSettingUp = state == .settingUp
        state = .draining
        // A goodbye in place of a greeting is a connect that failed.
        if wasSettingUp { connection.close(.peerClosed) } else { subchannel.draining(self) }
        closeIfIdle()
    }

    func receivedPingAck(_ ping: HTTP2Ping?) {
        if ping == .bandwidth { connection.measured() }
    }

    func connectionFlushed() {}

    var windowLimits: WindowLimits { subchannel.core.configuration.windowLimits }

    func mayWiden(by bytes: Int) -> Bool { true }
}
