internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanCrypto
package import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A hospital's or a centre's node, composed: the programs of the institution know one address, its own; everything else is a name.
package struct MeshNode: Sendable {
    private let configuration: MeshConfiguration
    private let log: Logger

    package init(_ configuration: MeshConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what, where neither the configuration nor an epoch names a policy: nothing is passed on.
    package static let policy: [PolicyRule] = [
        PolicyRule("sampan.trust.v1.NodeService", .admin, .platform),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1.ServerReflection", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", Set(PeerIdentity.Role.allCases)),
    ]

    /// Serves until its task is cancelled, then drains. Throws when it cannot start.
    /// - Parameter ready: called once with the bound address, when calls are taken.
    package func run(ready: @Sendable (String) -> Void) async throws {
        try FileManager.default.createDirectory(
            atPath: configuration.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try DataLock(folder: configuration.data)
        defer { withExtendedLifetime(lock) {} }
        let group = try EventLoopGroup(count: configuration.node.loops)
        let epochPolicy = EpochPolicy()
        let mesh = MeshPart(configuration.registration)
        let security = try NodeSecurity(
            configuration.node, as: configuration.role, policy: epochPolicy.nodePolicy, takeRoutes: mesh.takeRoutes, group: group, log: log)
        let credentials = security.credentials
        let router = MeshRouter(group: group, credentials: credentials, wall: WallClock.now)
        mesh.join(router)
        let health = HealthService(serving: [])
        let failures = ServerFailures()
        let served: [any RPCService] = [health] + (security.desk { failures.value }.map { [$0] } ?? [])
        let auditLog = try await NodeAudit.open(folder: configuration.data, credentials, log: log)
        let policy = LivePolicy(
            own: configuration.policyEdition, for: served.flatMap(\.methodHandlers).map(\.method) + GatewayNode.reflectionMethods,
            read: PolicyFile.reader, audit: DenialLog(log: log, auditLog: auditLog).note)
        let services = served + [GatewayNode.reflection(of: served, policy)]
        let server = try GRPCServer(
            group: group, services: services, interceptors: [policy],
            configuration: ServerConfiguration(peers: configuration.peers, log: log), credentials: credentials, router: router)
        failures.set(server.handshakeFailures)
        epochPolicy.set(policy, server)
        let address = try await ListenerAddress.listen(server, configuration.listen, "listen")
        log.info("the node serves", metadata: ["address": "\(address)", "identity": "\(credentials.identity)"])
        ready("\(address)")
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await security.keep() }
            tasks.addTask { [platform = configuration.node.platform, log] in
                await mesh.keep(credentials, platform: platform, services: Self.servedNames, group: group, log: log)
            }
            await tasks.waitForAll()
        }
        health.shutDown()
        await server.shutdown(grace: .seconds(5))
        await router.shutdown(grace: .seconds(1))
        await group.shutdown()
        await auditLog.close()
    }

    /// What others call it for.
    private static let servedNames = ["grpc.health.v1.Health"]
}
