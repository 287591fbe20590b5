internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls go out on.
///
/// settingUp (until the server's first SETTINGS) → ready → draining (GOAWAY seen or sent) → closed; from each of them → refused (its
/// peer is let in no more: calls are ended one by one) → closed. Loop-confined.
final class ClientConnection: ConnectionOwner, CuttableConnection {
    private enum State { case settingUp, ready, draining, refused, closed }

    let subchannel: Subchannel
    /// Who wants to know how its calls fare.
    let meter: CallMeter?
    /// Bytes of a stream's window that are given back at once: a fourth of it at the most, so that no peer waits for the rest.
    let windowStep: Int
    let connection: Connection
    var cuts: [LoopCut] = []
    private let gate: AdmissionGate
    /// When the gate last let the peer in.
    private var admittedAt = 0
    /// Whether the gate has refused the peer, and a cut is on its way.
    private var isDenied = false
    private let template: RequestTemplate
    /// Of calls that are passed on: they say themselves which encodings their callers know.
    private lazy var relayTemplate = Self.template(authority, isSecure, [])
    private let authority: String
    private let isSecure: Bool
    private var state = State.settingUp
    /// Whether the server has ended the connection for an error that it sees on this side.
    private(set) var wasBlamed = false
    private var maximumStreams = 100
    /// Who answers, once that is known.
    private(set) var peer: Peer
    /// Where its calls were counted last.
    @exclusivity(unchecked) var seriesCache = SeriesCache()

    var session: HTTP2Session { connection.session }
    var isDraining: Bool { state == .draining || state == .refused }
    var closeReason: CloseReason? { connection.closeReason }

    /// 16 KiB: one frame for so much costs next to nothing.
    private static let largestWindowStep = 16 * 1_024

    init(subchannel: Subchannel, connection: Connection, authority: String, isSecure: Bool) {
        self.subchannel = subchannel
        meter = subchannel.meter
        let window = Int(subchannel.core.configuration.initialStreamWindowBytes)
        windowStep = max(1, min(Self.largestWindowStep, window / 4))
        self.connection = connection
        peer = Peer(address: subchannel.target.address.description)
        gate = subchannel.core.gate
        (self.authority, self.isSecure) = (authority, isSecure)
        template = Self.template(authority, isSecure, [("grpc-accept-encoding", MessageEncoding.acceptedByAll)])
    }

    private static func template(
        _ authority: String, _ isSecure: Bool, _ more: [(name: StaticString, value: StaticString)]
    ) -> RequestTemplate {
        RequestTemplate(
            scheme: isSecure ? "https" : "http", authority: authority,
            constants: [("te", "trailers"), ("content-type", "application/grpc"), ("user-agent", "sampan-swift/1")] + more,
            number: "grpc-timeout")
    }

    /// Whether a new call may be put on it. While the socket is being closed its calls end first, and may look for another connection:
    /// they must not find this one.
    var isReady: Bool { hasRoom && isAdmitted }

    /// Whether it carries as many calls as this side lets it.
    var isFull: Bool { state == .ready && session.streamCount >= subchannel.core.configuration.maximumCallsPerEndpoint }

    private var hasRoom: Bool { state == .ready && session.streamCount < maximumStreams && !connection.isClosed }

    func start(setUpTimeout: Duration) {
        connection.start(owner: self, setUpTimeout: setUpTimeout)
    }

    func markDirty() { connection.markDirty() }

    /// Asks the server for a sign of life.
    func ping() {
        session.ping(.keepalive)
        markDirty()
    }

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

    /// Size of the head of a call, as RFC 9113 §6.5.2 counts it.
    func listSize(path: String, _ more: HeaderBlock?) -> Int { template.listSize(path: path, more: more) }

    /// Opens the stream of a call that has `life` nanoseconds left.
    func open(_ call: OutboundCall, path: String, _ more: HeaderBlock?, life: Int64) throws(HTTP2Error) {
        let timeout = Timeout.written(nanoseconds: life)
        try session.submitRequest(
            call.isRelayed ? relayTemplate : template, path: path, number: timeout.amount, unit: timeout.unit, more: more, stream: call)
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

    func connectionEstablished(_ peer: Peer) {
        self.peer = peer
        // Refused between the question of the handshake and here.
        _ = isAdmitted
    }

    func connectionClosed(_ reason: CloseReason) {
        state = .closed
        subchannel.closed(self, reason)
        let cuts = cuts
        self.cuts = []
        for cut in cuts { cut.closed(self) }
    }

    // MARK: Refusal

    /// Whether the peer is let in now; asked by every call. One comparison, as long as nothing has changed.
    private var isAdmitted: Bool { gate.generation == admittedAt || askGate() }

    @inline(never) private func askGate() -> Bool {
        guard !isDenied else { return false }
        // Read first: what changes while the question is put is noticed by the next call.
        let generation = gate.generation
        guard let peer = connection.verifiedPeer, let reason = gate.denial(of: peer) else {
            admittedAt = generation
            return true
        }
        isDenied = true
        connection.turnDeaf()
        // Not now: the balancer that asks must not hear of the loss meanwhile.
        let loop = connection.loop
        LoopCut(loop, [self], began: loop.nowNanoseconds, why: { _ in reason }, whenOver: { _ in }).startNextTurn()
        return false
    }

    func refuse(_ reason: RPCError) {
        let wasReady = state == .ready
        state = .refused
        if wasReady { subchannel.draining(self) }
    }

    func isUnary(_ call: HTTP2Stream) -> Bool { (call as? OutboundCall)?.isUnary ?? false }

    func end(_ call: HTTP2Stream, _ reason: RPCError) { (call as? OutboundCall)?.abandon(reason) }

    func makeStream() -> HTTP2Stream? { nil }

    func receivedSettings(maximumConcurrentStreams: UInt32) {
        maximumStreams = min(Int(maximumConcurrentStreams), max(1, subchannel.core.configuration.maximumCallsPerEndpoint))
        connection.setUpComplete()
        guard state == .settingUp else { return }
        connection.keepAlive(subchannel.core.configuration.keepalive, onlyWithStreams: !subchannel.isKeptReady)
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
