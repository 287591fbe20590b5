internal import SampanHTTP2
internal import SampanRPC

/// A connection that calls come in on.
///
/// open → draining (GOAWAY sent, calls go on) → closed. Loop-confined.
@safe final class ServerConnection: ConnectionOwner, CuttableConnection {
    let server: ServerState
    private(set) var peer: Peer
    /// Run the handlers of its calls.
    let workers: CallWorkers
    let load: LoopLoad
    /// The most that its calls may claim.
    private(set) var highestPriority: CallPriority
    /// Of its last call that was under limits.
    private var lastAccount: CallAccount?
    // The same, to be read without a count.
    @exclusivity(unchecked) private var knownAccount: Unmanaged<CallAccount>?
    let loop: EventLoop
    let session: HTTP2Session
    let connection: Connection
    private let gate: AdmissionGate
    /// When the gate last let the peer in: not yet, and never again once it has not.
    private var admittedAt = Int.min
    /// Why its peer is let in no more.
    private(set) var refusal: RPCError?
    private(set) var isRefused = false
    /// What its peer is confined to; nil for nearly all.
    private(set) var confinement: ConfinedPeer?
    var cuts: [LoopCut] = []
    /// Calls that began in this turn and may need a deadline.
    @exclusivity(unchecked) private var newCalls: [ServerCall] = []
    @exclusivity(unchecked) private var lastHandler: MethodHandler?
    /// Where its calls were counted last.
    @exclusivity(unchecked) var seriesCache = SeriesCache()
    // The last of its peer's own calls, compared and not held: routes hold handlers, and loops series, as long as there are connections.
    @exclusivity(unchecked) var countedHandler: ObjectIdentifier?
    @exclusivity(unchecked) var countedSeries: Unmanaged<CallSeries>?
    /// What its calls have read of a head and do not read again (`HTTP2Stream.keepHead`).
    @exclusivity(unchecked) var keptHead = RequestHead()
    /// Bytes of a stream's window that are given back at once: a fourth of it at the most, so that no peer waits for the rest.
    let windowStep: Int
    private let hostAddress: String
    /// Until the connection is closed; its socket may hold it for longer.
    private var admission: Admission?
    private(set) var isDraining = false
    /// Whether the server wants to hear of each call that ends: it is being emptied.
    private var tellsEnds = false
    private(set) var isSettingUp = true
    /// Bytes of requests that wait for the rest of their message, or for their handler, in all calls.
    @exclusivity(unchecked) var heldRequestBytes = 0
    var holdsTooMuch: Bool { unsafe heldRequestBytes > server.configuration.maximumHeldRequestBytes }
    /// Its part in what its institution holds, from the handshake on.
    private var share: PeerShare?
    private var shareKey = ""
    private var lastCallEnded: Int64 = 0
    /// Calls that are over and may be used again, unless a handler has kept them.
    @exclusivity(unchecked) private var spare: [ServerCall] = []
    /// Bytes of answers that had gone when `stallTimer` was set.
    private var takenBeforeStall = 0
    private lazy var idleTimer = LoopTimer(loop) { [unowned self] in checkIdle() }
    private lazy var ageTimer = LoopTimer(loop) { [unowned self] in drain(grace: server.configuration.connectionAgeGrace) }
    private lazy var graceTimer = LoopTimer(loop) { [unowned self] in connection.close(.graceExpired) }
    private lazy var headersTimer = LoopTimer(loop) { [unowned self] in checkHeaders() }
    private lazy var spareTimer = LoopTimer(loop) { [unowned self] in trimSpare() }
    private lazy var stallTimer = LoopTimer(loop) { [unowned self] in checkStall() }
    /// Time that a peer without calls has to close after it was asked to.
    private static let idleGrace: Duration = .seconds(10)

    /// Largest step in which windows are given back, in bytes. 16 KiB: one frame.
    private static let largestWindowStep = 16 * 1_024

    /// 32, some 20 KiB: calls that a busy connection has under way at once.
    private static let maximumSpare = 32
    private static let spareTime: Duration = .seconds(1)
    // What `spareTimer` says, without a count of it for every call.
    @exclusivity(unchecked) private var isSpareTimerSet = false

    /// `host`: the address without its port.
    init(
        server: ServerState, connection: Connection, address: String, host: String, admission: Admission, workers: CallWorkers
    ) {
        self.server = server
        self.admission = admission
        self.connection = connection
        gate = server.gate
        self.workers = workers
        load = workers.load
        hostAddress = host
        loop = connection.loop
        session = connection.session
        windowStep = max(1, min(Self.largestWindowStep, Int(server.configuration.http2.initialStreamWindow) / 4))
        peer = Peer(address: address)
        highestPriority = load.limits.highestPriorityOfUnknown
    }

    func start() {
        connection.start(owner: self, setUpTimeout: server.configuration.setUpTimeout)
    }

    func markDirty() { connection.markDirty() }

    /// Gives back window of a stream and makes sure that the peer hears of it.
    func consume(_ stream: HTTP2Stream, _ count: Int, keepsUp: Bool) {
        connection.took(stream, count, keepsUp: keepsUp)
    }

    /// Lets calls end and takes no new ones: two-phase GOAWAY with a ping as the fence (RFC 9113 §6.8).
    func drain() {
        guard !isDraining, !connection.isClosed else { return }
        isDraining = true
        tellsEnds = true
        session.submitShutdownNotice()
        session.ping(.fence)
        for case let call as ServerCall in session.openStreams { call.drain() }
        connection.markDirty()
    }

    /// The same, and cuts what is left after `grace`.
    func drain(grace: Duration) {
        drain()
        if !connection.isClosed { graceTimer.set(after: grace) }
    }

    /// The doors of the server are closed, and this one stays: its peer may do no more than look after the server.
    func confine() {
        tellsEnds = true
        admittedAt = Int.min
    }

    func close(_ reason: CloseReason) { connection.close(reason) }

    /// The method of a path; nil when there is none.
    func handler(of path: Span<UInt8>) -> MethodHandler? {
        if let lastHandler = unsafe lastHandler, lastHandler.serves(path) { return lastHandler }
        let handler = server.routes[path]
        if handler != nil { unsafe lastHandler = handler }
        return handler
    }

    /// Has a call get its deadline at the end of this turn, unless it has ended by then.
    func begun(_ call: ServerCall) {
        unsafe newCalls.append(call)
    }

    /// The account of calls of `caller` to a method: callers mostly repeat themselves, and then nothing is looked up.
    /// Valid until it is asked for another one.
    func account(_ method: MethodDescriptor, _ caller: Peer) -> Unmanaged<CallAccount> {
        if let known = unsafe knownAccount, unsafe known._withUnsafeGuaranteedRef({ $0.serves(method, caller) }) { return unsafe known }
        let account = load.account(method, caller, host: hostAddress, now: loop.nowNanoseconds)
        lastAccount = account
        let known = unsafe Unmanaged.passUnretained(account)
        unsafe knownAccount = known
        return unsafe known
    }

    private func armNewCalls() {
        guard unsafe !newCalls.isEmpty else { return }
        for call in unsafe newCalls { call.arm() }
        unsafe newCalls.removeAll(keepingCapacity: newCalls.count < 64)
    }

    /// Nothing is marked here: a stream ends while its session is fed or drained, and what that leaves to say is written by the same turn.
    func callEnded(_ call: ServerCall) {
        lastCallEnded = loop.nowNanoseconds
        if tellsEnds { server.noteLess(loop) }
        guard unsafe spare.count < Self.maximumSpare else { return }
        unsafe spare.append(call)
        if unsafe !isSpareTimerSet { setSpareTimer() }
    }

    private func setSpareTimer() {
        unsafe isSpareTimerSet = true
        spareTimer.set(after: Self.spareTime)
    }

    /// Lets the spare calls go when none has ended for a while: a connection that idles must not cost more for what it once did.
    private func trimSpare() {
        unsafe isSpareTimerSet = false
        if loop.nowNanoseconds - lastCallEnded < Self.spareTime.clampedNanoseconds {
            setSpareTimer()
        } else {
            unsafe spare = []
        }
    }

    // MARK: ConnectionOwner

    func connectionEstablished(_ peer: Peer) {
        self.peer = peer
        highestPriority = load.limits.ceiling(of: peer)
        if server.security.isTLS { server.handshakes.noteSuccess() }
        if let doors = server.doors(on: loop) {
            guard peer.identity?.role == doors.admits else { return connection.close(.doorsClosed) }
            confine()
        }
        shareKey = PeerAccounts.key(peer, address: hostAddress)
        share = server.accounts.join(shareKey, self)
        guard share != nil else {
            connection.cut(.tooManyConnections, .enhanceYourCalm)
            return
        }
        // Refused between the question of the handshake and here.
        _ = isAdmitted
    }

    func connectionClosed(_ reason: CloseReason) {
        if let failed = reason.failedHandshake { server.handshakes.note(failed, host: hostAddress, address: peer.address) }
        unsafe newCalls = []
        unsafe spare = []
        unsafe knownAccount = nil
        lastAccount = nil
        for timer in [idleTimer, ageTimer, graceTimer, headersTimer, stallTimer, spareTimer] { timer.cancel() }
        if let share { server.accounts.leave(shareKey, share) }
        share = nil
        admission = nil
        server.remove(self, on: loop)
        let cuts = cuts
        self.cuts = []
        for cut in cuts { cut.closed(self) }
    }

    // MARK: Refusal

    /// Whether the peer is let in now; asked by every call. One comparison, as long as nothing has changed.
    var isAdmitted: Bool { gate.generation == admittedAt || askGate() }

    /// Why a call that begins now is refused; nil for nearly all.
    func refusal(of method: MethodDescriptor) -> RPCError? {
        guard isAdmitted else { return refusal ?? RPCError(code: .unauthenticated, message: "the caller is refused") }
        guard let confinement, !confinement.methods.contains(method.path) else { return nil }
        return confinement.status
    }

    @inline(never) private func askGate() -> Bool {
        guard !isRefused else { return false }
        // Read first: what changes while the question is put is noticed by the next call.
        let generation = gate.generation
        guard let peer = connection.verifiedPeer, let reason = gate.denial(of: peer) else {
            admittedAt = generation
            confinement =
                connection.verifiedPeer.flatMap { misplacement(of: $0) ?? gate.confinement(of: $0) }
                ?? server.doors(on: loop)?.confinement
            return true
        }
        // Ahead of whoever has changed the gate, and is on the way to cut this connection.
        connection.turnDeaf()
        refuse(reason)
        LoopCut(loop, [self], began: loop.nowNanoseconds, why: { _ in reason }, whenOver: { _ in }).startNextTurn()
        return false
    }

    /// A peer from where it may not come is told so by every call: it may do nothing.
    private func misplacement(of peer: VerifiedPeer) -> ConfinedPeer? {
        server.configuration.addressGate?.refusal(peer.identity, hostAddress).map { ConfinedPeer(methods: [], status: $0) }
    }

    func refuse(_ reason: RPCError) {
        isRefused = true
        refusal = reason
        // No generation: the gate is not asked again.
        admittedAt = -1
    }

    func isUnary(_ call: HTTP2Stream) -> Bool { (call as? ServerCall)?.isUnary ?? false }

    func end(_ call: HTTP2Stream, _ reason: RPCError) { (call as? ServerCall)?.cut(reason) }

    func linger(_ socket: StreamSocket) -> Bool {
        guard let admission, let lingering = server.lingering(on: loop) else { return false }
        return lingering.take(socket, admission)
    }

    /// Whether there is room for the answers of one more call.
    var takesCalls: Bool { session.outboundBytes <= server.configuration.maximumWaitingResponseBytes }

    func makeStream() -> HTTP2Stream? {
        guard takesCalls else { return nil }
        if var call = unsafe spare.popLast(), isKnownUniquelyReferenced(&call) {
            call.reuse()
            return call
        }
        return ServerCall(connection: self)
    }

    func receivedSettings(maximumConcurrentStreams: UInt32) {
        guard isSettingUp else { return }
        isSettingUp = false
        connection.setUpComplete()
        server.setUpEnded(self, on: loop)
        let configuration = server.configuration
        lastCallEnded = loop.nowNanoseconds
        idleTimer.set(after: configuration.idleTimeout)
        // Spread, so that connections that were opened together are not all reopened together.
        ageTimer.set(after: configuration.maximumConnectionAge * Double.random(in: 0.9...1.1))
        connection.keepAlive(configuration.keepalive, onlyWithStreams: false)
    }

    func connectionFlushed() {
        armNewCalls()
        if session.headersBegan != nil, !headersTimer.isSet { headersTimer.set(after: server.configuration.headersTimeout) }
        let waiting = session.outboundBytes
        share?.settle(held: unsafe heldRequestBytes + waiting, growth: session.windowGrowth)
        guard waiting > server.configuration.maximumWaitingResponseBytes else { return }
        if waiting > server.configuration.maximumStalledResponseBytes {
            connection.cut(.stalled, .enhanceYourCalm)
        } else if !stallTimer.isSet {
            watchStall()
        }
    }

    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode) {}

    func receivedPingAck(_ ping: HTTP2Ping?) {
        if ping == .bandwidth { connection.measured() }
        // Every stream that the peer opened before it saw the notice has arrived by now.
        if isDraining, ping == .fence {
            session.submitGoAway(.noError)
            connection.markDirty()
        }
    }

    // MARK: Limits of memory

    var windowLimits: WindowLimits { server.configuration.windowLimits }

    func mayWiden(by bytes: Int) -> Bool { share?.takeGrowth(bytes) ?? false }

    /// Ends calls until no more bytes of requests wait than may, those with the most first. Not the call that happened to come next: it may
    /// be a small one of somebody else.
    func shedRequests() {
        while holdsTooMuch, shed("too many bytes of requests wait on this connection", \.heldBytes) {}
    }

    /// Ends the call for which most waits, in both directions: the institution holds too much.
    func shedHeaviest() {
        _ = shed("too many bytes wait for this institution", \.weight)
        connection.markDirty()
    }

    /// False when there was none to end.
    private func shed(_ reason: String, _ weight: (ServerCall) -> Int) -> Bool {
        // Open streams come newest first, and the first of those that hold as much is taken.
        let heaviest = session.openStreams.lazy.compactMap { $0 as? ServerCall }.max { weight($0) < weight($1) }
        guard let heaviest, weight(heaviest) > 0 else { return false }
        heaviest.shed(RPCError(code: .resourceExhausted, message: reason))
        return true
    }

    // MARK: Limits of time

    private func checkIdle() {
        let configuration = server.configuration
        let idle = session.streamCount > 0 ? .zero : Duration.nanoseconds(loop.nowNanoseconds - lastCallEnded)
        if idle >= configuration.idleTimeout {
            drain(grace: Self.idleGrace)
        } else {
            idleTimer.set(after: configuration.idleTimeout - idle)
        }
    }

    private func checkHeaders() {
        guard let began = session.headersBegan else { return }
        let left = server.configuration.headersTimeout - .nanoseconds(loop.nowNanoseconds - began)
        if left > .zero { headersTimer.set(after: left) } else { connection.cut(.headersTimedOut, .enhanceYourCalm) }
    }

    private func watchStall() {
        takenBeforeStall = session.outboundTaken
        stallTimer.set(after: server.configuration.stallTimeout)
    }

    private func checkStall() {
        guard session.outboundBytes > server.configuration.maximumWaitingResponseBytes else { return }
        if session.outboundTaken == takenBeforeStall { connection.cut(.stalled, .enhanceYourCalm) } else { watchStall() }
    }
}
