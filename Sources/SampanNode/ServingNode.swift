internal import Logging
internal import SampanAPI
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// What every node has that serves: its part in the region's trust and in the mesh, and one listener over mutual TLS with policy, audit
/// and reflection before its services. Safe from any task.
///
/// ```
/// init (trust, routes) ──serve──► listening ──keep, until cancelled──► shutdown
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
    }

    let group: EventLoopGroup
    let credentials: LiveCredentials
    private let security: NodeSecurity
    private let mesh: MeshPart
    private let epochPolicy = EpochPolicy()
    private let router: MeshRouter
    private let log: Logger

    /// Reads trust; blocks on the disk. Throws what `security` throws.
    /// - Parameters:
    ///   - registration: nil for a node that is called by its address only.
    ///   - security: makes the node's, given what its trust is to tell of policies and of routes.
    init(
        loops: Int, registration: NodeRegistration?, log: Logger,
        security: (EventLoopGroup, NodePolicy, @escaping @Sendable ([EpochRoute]) -> Void) throws -> NodeSecurity
    ) throws {
        group = try EventLoopGroup(count: loops)
        mesh = MeshPart(registration)
        self.security = try security(group, epochPolicy.nodePolicy, mesh.takeRoutes)
        credentials = self.security.credentials
        router = MeshRouter(group: group, credentials: credentials, wall: WallClock.now)
        self.log = log
        mesh.join(router)
    }

    /// Takes calls of `own` services, of the node's own desk, and of reflection. Throws when it cannot listen, or write its audit log.
    func serve(_ own: [any RPCService], _ door: Door) async throws -> Listening {
        let failures = ServerFailures()
        let served = own + (security.desk { failures.value }.map { [$0] } ?? [])
        let auditLog = try await NodeAudit.open(folder: door.auditFolder, credentials, log: log)
        let policy = LivePolicy(
            own: door.policy, for: served.flatMap(\.methodHandlers).map(\.method) + Self.reflectionMethods, read: PolicyFile.reader,
            audit: DenialLog(log: log, auditLog: auditLog).note)
        let peers = LivePeers(door.peers)
        var configuration = ServerConfiguration()
        configuration.addressGate = peers.gate(log: log)
        configuration.load = door.limits
        configuration.web = try door.webOrigins.map { WebDoors(codec: try ContractCodec(served), origins: $0) }
        let server = try GRPCServer(
            group: group, services: served + [Self.reflection(of: served, policy)], interceptors: [policy],
            configuration: configuration, credentials: credentials, router: router)
        failures.set(server.handshakeFailures)
        epochPolicy.set(policy, server)
        let address = try await ListenerAddress.listen(server, door.listen, "listen")
        let measured = NodeMetrics(group: group, server: server, router: router, security: security)
        let metrics = try await serveMetrics(door.observation.metrics, measured)
        log.info("the node serves", metadata: ["address": "\(address)", "identity": "\(credentials.identity)"])
        let exporter = door.observation.telemetry.map { TelemetryExporter($0, measured, of: credentials.identity, log: log) }
        return Listening(
            address: address, server: server, auditLog: auditLog, metrics: metrics, exporter: exporter, peers: peers, policy: policy)
    }

    private func serveMetrics(_ settings: MetricsSettings?, _ metrics: NodeMetrics) async throws -> MetricsDoor? {
        guard let settings else { return nil }
        let door = try await MetricsDoor(settings, metrics, on: group.loops[0])
        log.info("metrics are read here", metadata: ["address": "\(door.address)"])
        return door
    }

    /// Follows the region, says where this node is, and tells the collector how it does, until its task is cancelled.
    /// - Parameters:
    ///   - services: what others call it for.
    ///   - reload: nil for a node whose file is read once.
    func keep(_ listening: Listening, platform: [HostAndPort], services: [String], reload: ConfigurationReload?) async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await security.keep() }
            tasks.addTask { await mesh.keep(credentials, platform: platform, services: services, group: group, log: log) }
            if let exporter = listening.exporter { tasks.addTask { await exporter.run() } }
            if let reload { tasks.addTask { await reload.keep(log: log) { try listening.apply($0) } } }
            await tasks.waitForAll()
        }
    }

    /// Ends what listens, the calls under way within seconds, and the channels to other nodes; what the node adds to that is `rest`,
    /// while loops still turn.
    func shutdown(_ listening: Listening, rest: () async -> Void = {}) async {
        await listening.server.shutdown(grace: .seconds(5))
        await listening.metrics?.close()
        await router.shutdown(grace: .seconds(1))
        await rest()
        await group.shutdown()
        await listening.auditLog.close()
    }

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
