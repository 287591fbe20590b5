internal import Logging
internal import SampanAPI
internal import SampanFerry
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// What every node has that serves: its part in the region's trust and in the mesh, and one listener over mutual TLS with policy, audit
/// and reflection before its services. Safe from any task.
///
/// ```
/// init (trust, routes) ──serve──► listening ──live, until it is drained──► shutdown
/// ```
struct ServingNode: Sendable {
    /// What listens, once it does.
    struct Listening: Sendable {
        let address: SocketAddress
        fileprivate let server: GRPCServer
        fileprivate let auditLog: AuditLog
        fileprivate let metrics: MetricsDoor?
        fileprivate let exporter: TelemetryExporter?
        fileprivate let peers: LivePeers
        fileprivate let policy: LivePolicy
        fileprivate let platform: [HostAndPort]

        /// Puts what a file says now in force. Throws a refusal, with nothing changed, for a policy that would lock the region out.
        fileprivate func apply(_ settings: LiveSettings) throws(PolicyRefusal) {
            if try policy.replaceOwn(with: settings.policy) {
                Task { await server.endStreams { policy.denial(of: $0) } }
            }
            peers.replace(with: settings.peers)
        }
    }

    /// What a node's file says of the listener.
    struct Door: Sendable {
        let listen: HostAndPort
        /// Nil: peers may come from anywhere.
        let peers: PeerAllowList?
        let limits: LoadLimits
        let policy: PolicyEdition
        /// Folder of `audit.db`.
        let auditFolder: String
        let observation: ObservationSettings
        /// Whose pages may call by the doors to the web; nil where there are none.
        var webOrigins: Set<String>?
        /// Of rows that crossed the gap here; nil for a node without a gap, or without a collector.
        var ferrySpans: FerrySpans?
        /// Whose routes name the node.
        let platform: [HostAndPort]
    }

    let group: EventLoopGroup
    let credentials: LiveCredentials
    private let security: NodeSecurity
    private let mesh: MeshPart
    private let drain: NodeDrain
    /// The routes in force have changed.
    private let routesChanged = Nudge()
    private let epochPolicy = EpochPolicy()
    private let router: MeshRouter
    /// For desks that are made before the log is opened.
    let audit = ServingAudit()
    private let log: Logger

    /// Reads trust; blocks on the disk. Throws what `security` throws.
    /// - Parameters:
    ///   - registration: nil for a node that is called by its address only.
    ///   - grace: that calls have to end after a stop signal.
    ///   - security: makes the node's, given what its trust is to tell of policies and of routes.
    init(
        loops: Int, registration: NodeRegistration?, grace: Duration, log: Logger,
        security: (EventLoopGroup, NodePolicy, @escaping @Sendable (EpochDirectory) -> Void) throws -> NodeSecurity
    ) throws {
        group = try EventLoopGroup(count: loops)
        mesh = MeshPart(registration)
        drain = NodeDrain(grace: grace, isRouted: registration != nil, log: log)
        let (takeRoutes, routesChanged) = (mesh.takeRoutes, routesChanged)
        self.security = try security(group, epochPolicy.nodePolicy) {
            takeRoutes($0)
            routesChanged.give()
        }
        credentials = self.security.credentials
        router = MeshRouter(group: group, credentials: credentials, wall: WallClock.now)
        self.log = log
        mesh.join(router)
    }

    /// Takes calls of `own` services, of health, of the node's own desk, and of reflection. Throws when it cannot listen, or write its
    /// audit log.
    /// - Parameters:
    ///   - standing: by which staff tokens are believed; nil for a node that believes none.
    ///   - release: ends calls that would wait without end, when the node goes out of service; asked more than once.
    func serve(
        _ own: [any RPCService], _ health: HealthService, _ door: Door, standing: StandingBoard? = nil,
        release: @escaping @Sendable () async -> Void = {}
    ) async throws -> Listening {
        let failures = ServerFailures()
        let served = own + [health] + (security.desk(drainer: drain) { failures.value }.map { [$0] } ?? [])
        let auditLog = try await NodeAudit.open(folder: door.auditFolder, credentials, log: log)
        audit.set(auditLog)
        let policy = LivePolicy(
            own: door.policy, for: served.flatMap(\.methodHandlers).map(\.method) + Self.reflectionMethods, read: PolicyFile.reader,
            audit: DenialLog(log: log, auditLog: auditLog).note)
        let peers = LivePeers(door.peers)
        var configuration = ServerConfiguration()
        configuration.addressGate = peers.gate(log: log)
        configuration.load = door.limits
        configuration.web = try door.webOrigins.map { WebDoors(codec: try ContractCodec(served), origins: $0) }
        let gate = standing.map { StaffGate(StaffTokenVerifier(credentials, standing: $0, wall: WallClock.now)) }
        let server = try GRPCServer(
            group: group, services: served + [Self.reflection(of: served, policy)],
            // After the policy: who may not call costs no look at a signature.
            interceptors: [policy] + (gate.map { [$0] } ?? []),
            configuration: configuration, credentials: credentials, router: router)
        await group.recordCalls { policy.finding($0, $1, $2) }
        failures.set(server.handshakeFailures)
        epochPolicy.set(policy, server)
        drain.join(
            NodeDrain.Node(
                server: server, health: health, policy: policy, auditLog: auditLog, institution: credentials.identity.institution,
                release: release))
        let address = try await ListenerAddress.listen(server, door.listen, "listen")
        let measured = NodeMetrics(group: group, server: server, router: router, security: security, ferrySpans: door.ferrySpans)
        let metrics = try await serveMetrics(door.observation.metrics, measured)
        log.info("the node serves", metadata: ["address": "\(address)", "identity": "\(credentials.identity)"])
        let exporter = door.observation.telemetry.map { TelemetryExporter($0, measured, of: credentials.identity, log: log) }
        return Listening(
            address: address, server: server, auditLog: auditLog, metrics: metrics, exporter: exporter, peers: peers, policy: policy,
            platform: door.platform)
    }

    private func serveMetrics(_ settings: MetricsSettings?, _ metrics: NodeMetrics) async throws -> MetricsDoor? {
        guard let settings else { return nil }
        let door = try await MetricsDoor(settings, metrics, on: group.loops[0])
        log.info("metrics are read here", metadata: ["address": "\(door.address)"])
        return door
    }

    /// Waits as a handler may whose caller asks again: not beyond the moment in which the node begins to go out of service.
    var pause: @Sendable (Duration) async -> Void { { [drain] in await drain.pause($0) } }

    /// Follows the region, says where this node is, tells the collector how it does, and runs `rest`, until the node is out of service: an
    /// admin has drained it, or its task was cancelled, and no call is left.
    /// - Parameters:
    ///   - reload: nil for a node whose file is read once.
    ///   - rest: cancelled then.
    func live(
        _ listening: Listening, reload: ConfigurationReload?, rest: @escaping @Sendable () async -> Void = {}
    ) async {
        await withTaskCancellationHandler {
            // Not a child of this task, since calls under way need all of it to the end.
            let work = Task { await keep(listening, reload: reload, rest: rest) }
            // Nor this, since it ends by what it has done.
            await Task { await drain.run() }.value
            work.cancel()
            await work.value
        } onCancel: {
            drain.stop()
        }
    }

    private func keep(
        _ listening: Listening, reload: ConfigurationReload?, rest: @escaping @Sendable () async -> Void
    ) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await security.keep() }
            tasks.addTask { await IdleMemory.keep(log) }
            tasks.addTask {
                await drain.whileRouted {
                    await mesh.keep(credentials, platform: listening.platform, group: group, log: log)
                } leave: {
                    await withdrawal(listening.platform).run()
                }
            }
            tasks.addTask { await rest() }
            if let exporter = listening.exporter { tasks.addTask { await exporter.run() } }
            if let reload { tasks.addTask { await reload.keep(log: log) { try listening.apply($0) } } }
            await tasks.waitForAll()
        }
    }

    private func withdrawal(_ platform: [HostAndPort]) -> RouteWithdrawal {
        RouteWithdrawal(
            credentials: credentials, platform: platform, group: group, epoch: { [security] in await security.trustStatus()?.epochNumber },
            changed: routesChanged)
    }

    /// Ends what listens, the last connections, and the channels to other nodes; what the node adds to that is `rest`, while loops still
    /// turn.
    func shutdown(_ listening: Listening, rest: () async -> Void = {}) async {
        await listening.server.shutdown(grace: Self.lastGrace)
        await listening.metrics?.close()
        await router.shutdown(grace: .seconds(1))
        await rest()
        await group.shutdown()
        await listening.auditLog.close()
    }

    /// For the last words of a node that is out of service: 2 s, some round trips of a bad line.
    private static let lastGrace: Duration = .seconds(2)

    private static let reflectionMethods = GRPCReflectionV1.ServerReflectionMethods.all + GRPCReflectionV1alpha.ServerReflectionMethods.all

    /// A caller sees the services of which it may call something; the platform and its admins see all.
    private static func reflection(of services: [any RPCService], _ policy: LivePolicy) -> ReflectionService {
        ReflectionService(reflecting: services) { service, context in
            switch context.peer.identity?.role {
            case nil: false
            case .platform, .admin: true
            case .some(let role): service.hasPrefix("grpc.reflection.") || policy.allows(role, anyOf: service)
            }
        }
    }
}
