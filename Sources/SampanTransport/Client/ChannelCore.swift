internal import SampanRPC

/// The state of a channel: its endpoints, the balancer over them, and the calls that wait for a connection.
///
/// ```
/// idle ──first call──► resolving ──addresses──► open        shutdown from anywhere ──► closed
/// ```
/// A call takes the short way when the balancer has one preferred connection: no look-up, no queue.
/// Sendable: everything here is touched on `loop` only.
final class ChannelCore: @unchecked Sendable {
    let loop: EventLoop
    let configuration: ChannelConfiguration
    let security: ConnectionSecurity
    /// Whom its connections refuse.
    let gate: AdmissionGate
    /// Parts of the configuration that every call needs, so that it is not copied for them.
    let callLimits: CallLimits
    let defaultLife: Int64
    /// Where every call goes for as long as it takes them; set by a balancer that prefers one.
    var preferred: ClientConnection?
    private(set) var balancer: (any Balancer)?
    /// Of all calls under a policy.
    var throttle: RetryThrottle?
    var random = JitterRandom(seed: .random(in: 0 ... .max))
    private let source: any EndpointSource
    private lazy var resolution = EndpointResolution(core: self, source: source)
    private var resolutionFailure: RPCError?
    private var pending = CallQueue()
    private var isClosed = false
    /// Every connection there is, also those that are being set up or drained.
    private var connections: [ClientConnection] = []
    private var whenClosed: [() -> Void] = []
    /// Counts how often others have come into force.
    private(set) var credentialsGeneration = 0

    init(loop: EventLoop, source: any EndpointSource, security: ConnectionSecurity, configuration: ChannelConfiguration) {
        self.loop = loop
        self.source = source
        self.security = security
        gate = security.gate
        self.configuration = configuration
        callLimits = configuration.callLimits
        defaultLife = configuration.defaultTimeout.clampedNanoseconds
        throttle = configuration.serviceConfig.throttling.map { RetryThrottle($0) }
    }

    // MARK: Calls

    /// Takes a new call, and starts its deadline.
    func submit(_ call: OutboundCall) {
        loop.assertOnLoop()
        call.arm()
        place(call)
    }

    /// Puts a call on a connection, or has it wait for one.
    func place(_ call: OutboundCall) {
        if let preferred, preferred.isReady, call.start(on: preferred) { return }
        placeAmongMany(call)
    }

    private func placeAmongMany(_ call: OutboundCall) {
        guard !isClosed else {
            call.end(RPCError(code: .unavailable, message: "the channel is closed"))
            return
        }
        resolution.start()
        // A connection that does not take the call takes no more calls at all, so this ends.
        while let connection = balancer?.pick() {
            if call.start(on: connection) { return }
        }
        if let failure = balancer == nil ? resolutionFailure : balancer?.failure, !call.options.waitForReady {
            call.end(failure)
            return
        }
        wait(call)
        if !pending.isEmpty { balancer?.wanted() }
    }

    /// Whether every connection that carries calls carries as many as it may.
    private var isFull: Bool {
        connections.contains { $0.isFull } && !connections.contains { $0.isReady }
    }

    private func wait(_ call: OutboundCall) {
        guard call.options.waitForReady || !isFull else {
            call.end(RPCError(code: .unavailable, message: "as many calls are under way as the endpoint may have"))
            return
        }
        if pending.count >= configuration.maximumPendingCalls { pending.dropEnded() }
        guard pending.count < configuration.maximumPendingCalls else {
            call.end(RPCError(code: .resourceExhausted, message: "\(pending.count) calls wait for a connection"))
            return
        }
        pending.append(call)
    }

    /// Starts calls that wait, for as long as a connection takes them.
    func startPending() {
        while !pending.isEmpty, let connection = balancer?.pick(), let call = pending.popFirst() {
            if !call.start(on: connection) { pending.putBack(call) }
        }
        connectIfAwaited()
    }

    /// Has the balancer connect if anybody waits.
    func connectIfAwaited() {
        if pending.isAwaited() { balancer?.wanted() }
    }

    /// A call of a connection has ended, so that one that waits may start.
    func streamEnded() {
        if !pending.isEmpty { startPending() }
    }

    /// There is no connection: calls that do not want to wait for one end.
    func failPending(_ error: RPCError) {
        for call in pending.takeAll() {
            if call.options.waitForReady { pending.append(call) } else { call.end(error) }
        }
    }

    // MARK: Endpoints

    func received(_ list: [Endpoint]) {
        if !isClosed { resolution.received(list) }
    }

    func found(_ result: Result<[EndpointAddress], SocketError>, _ generation: Int) {
        resolution.found(result, generation)
    }

    /// Look-ups of names so far, for tests.
    var lookUpCount: Int { resolution.lookUpCount }

    func resolved(_ targets: [EndpointAddress]) {
        guard !isClosed else { return }
        resolutionFailure = nil
        let balancer = balancer ?? makeBalancer()
        self.balancer = balancer
        balancer.replace(targets)
        if let failure = balancer.failure { failPending(failure) }
        startPending()
    }

    func resolutionFailed(_ error: RPCError) {
        guard balancer == nil else { return }
        resolutionFailure = error
        failPending(error)
    }

    /// A connection failed, so the endpoints may have changed.
    func resolveAgain() {
        if !isClosed { resolution.again() }
    }

    private func makeBalancer() -> any Balancer {
        switch configuration.serviceConfig.balancing ?? configuration.balancing {
        case .pickFirst: PickFirstBalancer(core: self)
        case .roundRobin: SpreadBalancer(self, .roundRobin(RoundRobin(start: Int(truncatingIfNeeded: random.next()))))
        case .leastRequest(let choices): SpreadBalancer(self, .leastRequest(LeastRequest(choices)))
        case .leastLatency(let choices): SpreadBalancer(self, .leastLatency(LeastRequest(choices)))
        }
    }

    // MARK: Connections

    func opened(_ connection: ClientConnection) { connections.append(connection) }

    func closed(_ connection: ClientConnection) {
        connections.removeAll { $0 === connection }
        finishIfClosed()
    }

    // MARK: Trust

    /// Other credentials, or other denials, are in force: nobody waits any longer for what failed with the last.
    func forgetFailures() {
        guard !isClosed else { return }
        credentialsGeneration += 1
        balancer?.forgetFailures()
        connectIfAwaited()
    }

    /// Cuts the connections whose peers `why` has a reason for, and calls back when the last is closed.
    func cut(_ why: @escaping AdmissionGate.Question, began: Int64, whenOver: @escaping (CutReport) -> Void) {
        LoopCut(loop, connections, began: began, why: why, whenOver: whenOver).start()
    }

    /// Has connections take no new calls whose peers `which` names; others are made for them.
    func retire(_ which: (ConnectionTrust) -> Bool) {
        for connection in connections {
            if let trust = connection.connection.trust, which(trust) { connection.retire() }
        }
    }

    func counted(_ which: (VerifiedPeer) -> Bool) -> ConnectionCount {
        connections.reduce(into: ConnectionCount()) { $0.add($1, if: which) }
    }

    func figured(_ which: (VerifiedPeer) -> Bool) -> [ConnectionFigures] {
        connections.compactMap { ConnectionFigures($0) }.filter { which($0.peer) }
    }

    // MARK: End

    /// Ends the channel: waiting calls fail, calls on the wire may end within `grace`.
    func shutdown(grace: Duration, whenClosed: @escaping () -> Void = {}) {
        self.whenClosed.append(whenClosed)
        if !isClosed {
            isClosed = true
            preferred = nil
            resolution.stop()
            for call in pending.takeAll() { call.end(RPCError(code: .unavailable, message: "the channel is closed")) }
            let last = balancer
            last?.close()
            // Only now: what closes asks its balancer.
            balancer = nil
            for connection in connections { connection.drain() }
        }
        if !connections.isEmpty { _ = loop.schedule(after: grace, ShutdownTimer(core: self)) }
        finishIfClosed()
    }

    fileprivate func cutAll() {
        for connection in connections { connection.close(.graceExpired) }
    }

    private func finishIfClosed() {
        guard isClosed, connections.isEmpty else { return }
        let waiting = whenClosed
        whenClosed = []
        for body in waiting { body() }
    }
}

private final class ShutdownTimer: TimerTarget {
    private let core: ChannelCore

    init(core: ChannelCore) { self.core = core }

    func timerFired() { core.cutAll() }
}
