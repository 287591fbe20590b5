internal import SampanHTTP2
internal import SampanRPC
internal import Synchronization

/// What the connections of a server share: routes, limits, and the list of themselves per loop.
///
/// Sendable: the lists are touched on their own loops only; the count is atomic.
final class ServerState: @unchecked Sendable {
    let routes: RouteTable
    /// Nil where there are none.
    let interceptors: [any CallInterceptor]?
    /// Nil where every call is served here or nowhere.
    let router: (any CallRouter)?
    /// Whether there is a router: every call asks.
    let isRouted: Bool
    let configuration: ServerConfiguration
    let security: ConnectionSecurity
    /// Whom its connections refuse.
    let gate: AdmissionGate
    /// Of the configuration, in nanoseconds, since every call asks.
    let maximumCallDuration: Int64
    let requestTimeout: Int64
    let accounts: PeerAccounts
    let handshakes = HandshakeFailures()
    let refusals = RefusalCount()
    /// Nil where every method has the same.
    let messageLimits: MessageLimits?
    private let connectionCount = Atomic<Int>(0)
    private let addresses: AddressTally
    private let connections: [ObjectIdentifier: ConnectionList]

    private final class ConnectionList {
        var connections: [ObjectIdentifier: ServerConnection] = [:]
        /// Connections that have not spoken HTTP/2 yet, the oldest first.
        var settingUp: [ServerConnection] = []
        var whenEmpty: (() -> Void)?
        /// Since they were closed.
        var doors: ClosedDoors?
        var whenLess: (() -> Void)?
        let load: LoopLoad
        let workers: CallWorkers
        private(set) lazy var lingering = LingeringSockets(loop, limits) { [unowned self] in noteEmpty() }
        private let loop: EventLoop
        private let limits: LingerLimits

        init(_ loop: EventLoop, _ limits: LingerLimits, _ load: LoopLoad) {
            self.loop = loop
            self.limits = limits
            self.load = load
            workers = CallWorkers(loop, load)
        }

        var isEmpty: Bool { connections.isEmpty && lingering.isEmpty }

        func noteEmpty() {
            if isEmpty { whenEmpty?() }
        }
    }

    init(
        routes: RouteTable, interceptors: [any CallInterceptor], router: (any CallRouter)?, configuration: ServerConfiguration,
        security: ConnectionSecurity,
        loops: [EventLoop]
    ) throws(RouteError) {
        self.routes = routes
        self.interceptors = interceptors.isEmpty ? nil : interceptors
        self.router = router
        isRouted = router != nil
        self.configuration = configuration
        self.security = security
        gate = security.gate
        maximumCallDuration = max(0, configuration.maximumCallDuration.clampedNanoseconds)
        requestTimeout = max(0, configuration.requestTimeout.clampedNanoseconds)
        accounts = PeerAccounts(configuration)
        messageLimits = try MessageLimits(configuration.maximumMessageBytesByMethod, routes)
        addresses = AddressTally(limit: configuration.maximumConnectionsPerAddress)
        let linger = configuration.linger.share(of: loops.count)
        let (load, ledger, refusals) = (configuration.load, CallerLedger(configuration.load), refusals)
        let now = EventLoop.readClock()
        connections = Dictionary(
            uniqueKeysWithValues: loops.map {
                (ObjectIdentifier($0), ConnectionList($0, linger, LoopLoad(load, ledger, refusals, now: now)))
            })
    }

    /// Takes a connection in; nil when the server, or the address of the peer, has as many as it may have, or nobody may come from there.
    func admit(_ host: String) -> Admission? {
        if let addressGate = configuration.addressGate, !addressGate.isKnown(host) { return nil }
        guard connectionCount.add(1, ordering: .relaxed).newValue <= configuration.maximumConnections else {
            connectionCount.subtract(1, ordering: .relaxed)
            return nil
        }
        guard addresses.enter(host) else {
            connectionCount.subtract(1, ordering: .relaxed)
            return nil
        }
        return Admission(self, host: host)
    }

    /// Undoes `admit`: for `Admission`.
    func release(_ host: String) {
        connectionCount.subtract(1, ordering: .relaxed)
        addresses.leave(host)
    }

    /// What is done about load on a loop of this server; nil for another loop. On the loop.
    func load(on loop: EventLoop) -> LoopLoad? { connections[ObjectIdentifier(loop)]?.load }

    /// Who runs the handlers of calls on a loop of this server; nil for another loop.
    func workers(on loop: EventLoop) -> CallWorkers? { connections[ObjectIdentifier(loop)]?.workers }

    func add(_ connection: ServerConnection, on loop: EventLoop) {
        guard let list = connections[ObjectIdentifier(loop)] else { return }
        list.connections[ObjectIdentifier(connection)] = connection
        list.settingUp.append(connection)
        if list.settingUp.count > max(1, configuration.maximumSetUps / connections.count) {
            list.settingUp.removeFirst().close(.crowdedOut)
        }
    }

    /// The connection speaks HTTP/2, or has gone.
    func setUpEnded(_ connection: ServerConnection, on loop: EventLoop) {
        guard let list = connections[ObjectIdentifier(loop)], let index = list.settingUp.firstIndex(where: { $0 === connection })
        else { return }
        list.settingUp.remove(at: index)
    }

    /// Bytes of answers that wait in all connections of a loop. On the loop.
    func waitingResponseBytes(_ loop: EventLoop) -> Int {
        connections[ObjectIdentifier(loop)]?.connections.values.reduce(0) { $0 + $1.session.outboundBytes } ?? 0
    }

    func remove(_ connection: ServerConnection, on loop: EventLoop) {
        if connection.isSettingUp { setUpEnded(connection, on: loop) }
        guard let list = connections[ObjectIdentifier(loop)] else { return }
        list.connections[ObjectIdentifier(connection)] = nil
        list.whenLess?()
        list.noteEmpty()
    }

    /// What a loop still takes; nil while its doors are open. On the loop.
    func doors(on loop: EventLoop) -> ClosedDoors? { connections[ObjectIdentifier(loop)]?.doors }

    func setDoors(_ loop: EventLoop, _ doors: ClosedDoors, _ whenLess: @escaping () -> Void) {
        guard let list = connections[ObjectIdentifier(loop)] else { return }
        (list.doors, list.whenLess) = (doors, whenLess)
    }

    /// A call has ended on a connection that was told to go, or is confined. On the loop.
    func noteLess(_ loop: EventLoop) { connections[ObjectIdentifier(loop)]?.whenLess?() }

    /// Those of a loop, also while they are being set up. On the loop.
    func connections(on loop: EventLoop) -> [ServerConnection] {
        connections[ObjectIdentifier(loop)].map { Array($0.connections.values) } ?? []
    }

    /// Cuts the connections of a loop whose peers `why` has a reason for, and calls back, on that loop, when the last is closed.
    func cut(_ loop: EventLoop, _ why: @escaping AdmissionGate.Question, began: Int64, whenOver: @escaping (CutReport) -> Void) {
        LoopCut(loop, connections(on: loop), began: began, why: why, whenOver: whenOver).start()
    }

    /// Has connections of a loop take no new calls that `which` names. On the loop.
    func drain(_ loop: EventLoop, _ which: (ConnectionTrust) -> Bool) {
        for connection in connections(on: loop) {
            if let trust = connection.connection.trust, which(trust) { connection.drain(grace: configuration.connectionAgeGrace) }
        }
    }

    /// Sockets of connections that have ended; nil for a loop of another server.
    func lingering(on loop: EventLoop) -> LingeringSockets? { connections[ObjectIdentifier(loop)]?.lingering }

    /// Drains the connections of a loop and calls back, on that loop, when the last has gone, and its socket with it.
    func drain(_ loop: EventLoop, whenEmpty: @escaping () -> Void) {
        guard let list = connections[ObjectIdentifier(loop)], !list.isEmpty else {
            connections[ObjectIdentifier(loop)]?.workers.close()
            whenEmpty()
            return
        }
        list.whenEmpty = {
            list.whenEmpty = nil
            list.workers.close()
            whenEmpty()
        }
        for connection in list.connections.values { connection.drain() }
    }

    /// Cuts what is left on a loop, and lets nothing linger.
    func closeAll(_ loop: EventLoop) {
        guard let list = connections[ObjectIdentifier(loop)] else { return }
        list.lingering.stop()
        for connection in list.connections.values { connection.close(.graceExpired) }
    }
}
