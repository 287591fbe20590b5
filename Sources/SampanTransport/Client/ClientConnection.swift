internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls go out on.
///
/// settingUp (until the server's first SETTINGS) → ready → draining (GOAWAY seen or sent) → closed. Loop-confined.
final class ClientConnection: ConnectionOwner {
    private enum State { case settingUp, ready, draining, closed }

    let subchannel: Subchannel
    /// Bytes of a stream's window that are given back at once: a fourth of it at the most, so that no peer waits for the rest.
    let windowStep: Int
    private let connection: Connection
    private let template: RequestTemplate
    private var state = State.settingUp
    /// Whether the server has ended the connection for an error that it sees on this side.
    private(set) var wasBlamed = false
    private var maximumStreams = 100

    var session: HTTP2Session { connection.session }
    var closeReason: CloseReason? { connection.closeReason }

    /// 16 KiB: one frame for so much costs next to nothing.
    private static let largestWindowStep = 16 * 1_024

    init(subchannel: Subchannel, connection: Connection, authority: String, isSecure: Bool) {
        self.subchannel = subchannel
        let window = Int(subchannel.core.configuration.initialStreamWindowBytes)
        windowStep = max(1, min(Self.largestWindowStep, window / 4))
        self.connection = connection
        template = RequestTemplate(
            scheme: isSecure ? "https" : "http", authority: authority,
            constants: [
                ("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "sampan-swift/1"),
                ("grpc-accept-encoding", MessageEncoding.acceptedByAll),
            ],
            number: "grpc-timeout")
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

    /// What the head of a call says beside what every head says; nil for most.
    func addedFields(of call: ClientCall) -> HeaderBlock? {
        let options = call.options
        guard options.compression == .gzip || call.attempt > 0 || !options.metadata.isEmpty else { return nil }
        var block = HeaderBlock()
        if options.compression == .gzip { block.append("grpc-encoding", "gzip") }
        if call.attempt > 0 { block.append("grpc-previous-rpc-attempts", "\(call.attempt)") }
        block.append(options.metadata)
        return block
    }

    /// Size of the head of a call, as RFC 9113 §6.5.2 counts it.
    func listSize(path: String, _ more: HeaderBlock?) -> Int { template.listSize(path: path, more: more) }

    /// Opens the stream of a call that has `life` nanoseconds left.
    func open(_ call: ClientCall, path: String, _ more: HeaderBlock?, life: Int64) throws(HTTP2Error) {
        let timeout = Timeout.written(nanoseconds: life)
        try session.submitRequest(
            template, path: path, number: timeout.amount, unit: timeout.unit, more: more, stream: call)
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
