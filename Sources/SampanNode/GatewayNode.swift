internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanFerry
package import SampanMesh
internal import SampanRPC
internal import SampanServices
internal import SampanTransport

/// A gateway node, composed: the outer request store, the services in front of it, and one listener.
package struct GatewayNode: Sendable {
    private let configuration: GatewayConfiguration
    private let log: Logger

    package init(_ configuration: GatewayConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what, where the configuration names no policy of its own (design.md: default deny).
    package static let policy: [PolicyRule] = [
        PolicyRule("sampan.payment.v1.PaymentService", .hospital, .app),
        PolicyRule("sampan.gateway.v1.RequestService", .hospital, .app),
        PolicyRule("sampan.gateway.v1.FerryService", .ferry),
        PolicyRule("sampan.channel.v1.ChannelNotificationService", .app),
        PolicyRule("sampan.trust.v1.NodeService", .admin, .platform),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        // What it shows is filtered by the same rules: see `reflection`.
        PolicyRule("grpc.reflection.v1.ServerReflection", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", Set(PeerIdentity.Role.allCases)),
    ]

    /// Serves until its task is cancelled, then drains. Throws when it cannot start.
    /// - Parameters:
    ///   - reload: nil for a node whose file is read once.
    ///   - ready: called once with the bound address, when calls are taken.
    package func run(reload: ConfigurationReload? = nil, ready: @Sendable (String) -> Void) async throws {
        _ = try configuration.node.credentials(as: .gateway)
        try FileManager.default.createDirectory(
            atPath: configuration.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try DataLock(folder: configuration.data)
        defer { withExtendedLifetime(lock) {} }
        let (requests, payments) = try await openStores()
        let node = try ServingNode(loops: configuration.node.loops, registration: configuration.registration, log: log) {
            try NodeSecurity(configuration.node, as: .gateway, policy: $1, takeRoutes: $2, group: $0, log: log)
        }
        let channel = ClientChannel(group: node.group, endpoints: [Endpoint(configuration.channel)], credentials: node.credentials)
        let engine = makeEngine(payments, requests, channel)
        let health = HealthService(serving: Self.servedNames)
        let listening = try await node.serve(
            services(requests, payments, engine) + [health],
            ServingNode.Door(
                listen: configuration.listen, peers: configuration.peers, limits: configuration.limits, policy: configuration.policyEdition,
                auditFolder: configuration.data, observation: configuration.observation, webOrigins: configuration.webOrigins))
        async let keeping: Void = node.keep(listening, platform: configuration.node.platform, services: Self.servedNames, reload: reload)
        ready("\(listening.address)")
        await engine.run()
        health.shutDown()
        await keeping
        await node.shutdown(listening) { await channel.shutdown(grace: .seconds(1)) }
        await requests.close()
        await payments.close()
    }

    /// Throws the database's own error, which names the file and says what is wrong with it.
    private func openStores() async throws -> (RequestStore, PaymentStore) {
        do {
            return (
                try await RequestStore.open(path: "\(configuration.data)/requests.db"),
                try PaymentStore(path: "\(configuration.data)/payments.db")
            )
        } catch RequestStoreError.storage(let error) {
            throw error
        } catch PaymentStoreError.storage(let error) {
            throw error
        }
    }

    private func makeEngine(_ payments: PaymentStore, _ requests: RequestStore, _ channel: ClientChannel) -> PaymentEngine {
        PaymentEngine(
            store: payments, channel: RPCPaymentChannel(channel),
            queue: PaymentQueue(
                requests: requests, digest: Self.digest, lifetime: configuration.requestLifetime,
                scheme: configuration.institutions.scheme),
            configuration: configuration.engine, log: log)
    }

    private func services(_ requests: RequestStore, _ payments: PaymentStore, _ engine: PaymentEngine) -> [any RPCService] {
        [
            RequestDesk(store: requests, institutions: configuration.institutions, digest: Self.digest, now: WallClock.now),
            FerryDesk(store: requests, now: WallClock.now),
            PaymentDesk(
                store: payments, engine: engine, institutions: configuration.institutions, configuration: configuration.engine,
                digest: Self.digest),
            ChannelNotificationDesk(engine: engine),
        ]
    }

    /// The services whose health is told by name; the gateway itself is the empty name.
    private static let servedNames = [
        "sampan.payment.v1.PaymentService", "sampan.gateway.v1.RequestService", "sampan.gateway.v1.FerryService",
        "sampan.channel.v1.ChannelNotificationService",
    ]

    private static let digest: RequestDigest = { try SHA256.hash($0) }
}
