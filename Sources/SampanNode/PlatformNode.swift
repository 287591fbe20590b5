internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanAuthority
internal import SampanCrypto
internal import SampanDomain
package import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A platform node, composed: the region's certificate authority, what nodes and admins ask of it, and its own part in the trust that it
/// makes. It follows its own epochs over its own listener, as every other node does.
package struct PlatformNode: Sendable {
    private let configuration: PlatformConfiguration
    private let log: Logger

    package init(_ configuration: PlatformConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what, where the configuration names no policy of its own.
    package static let policy: [PolicyRule] = [
        PolicyRule("sampan.trust.v1.TrustService", Set(PeerIdentity.Role.allCases)),
        PolicyRule("sampan.trust.v1.AuthorityService", .admin, .platform),
        PolicyRule("sampan.trust.v1.NodeService", .admin, .platform),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1.ServerReflection", .admin, .platform),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", .admin, .platform),
    ]

    /// Serves until its task is cancelled, then drains. Throws when it cannot start.
    /// - Parameter ready: called once with the bound address, when calls are taken.
    package func run(ready: @Sendable (String) -> Void) async throws {
        let authority = try openAuthority()
        let group = try EventLoopGroup(count: configuration.loops)
        let live = LivePolicy
        let trust = try makeTrust(group, authority)
        guard trust.credentials.identity.role == .platform else {
            let own = trust.credentials.identity.role.rawValue
            throw ConfigurationError(file: configuration.trustFolder, message: "is of a node of role \(own); this node needs one for role platform")
        }
        let failures = ServerFailures()
        let health = HealthService(serving: Self.servedNames)
        let served: [any RPCService] = [
            TrustDesk(authority), AuthorityDesk(authority), NodeDesk(trust: trust, failures: { failures.current }), health,
        ]
        let services = served + [GatewayNode.reflection(of: served, configuration.policy)]
        let policy = AccessPolicy(configuration.policy, for: services.flatMap(\.methodHandlers).map(\.method), audit: DenialLog(log).note)
        let server = try GRPCServer(group: group, services: services, interceptors: [policy], credentials: trust.credentials)
        failures.use(server.handshakeFailures)
        let address = try await listen(server, configuration.listen)
        let enrollment = try await serveEnrollment(group, authority, trust)
        log.info("the platform serves", metadata: ["address": "\(address)", "identity": "\(trust.credentials.identity)"])
        ready("\(address)")
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await authority.run() }
            tasks.addTask { await trust.run() }
            await tasks.waitForAll()
        }
        health.shutDown()
        await enrollment?.shutdown(grace: .seconds(1))
        await server.shutdown(grace: .seconds(5))
        await group.shutdown()
        await authority.close()
    }
}
