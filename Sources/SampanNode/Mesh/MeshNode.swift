internal import Foundation
package import Logging
internal import SampanAPI
package import SampanMesh
internal import SampanRPC

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
        PolicyRule("sampan.mesh.v1.StaffTokenService", .app, .hospital, .center),
        // Of calls of their own institution: see `NodeDesk`.
        PolicyRule("sampan.trust.v1.NodeService/ListCallRecords", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.health.v1.Health", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1.ServerReflection", Set(PeerIdentity.Role.allCases)),
        PolicyRule("grpc.reflection.v1alpha.ServerReflection", Set(PeerIdentity.Role.allCases)),
    ]

    /// Serves until its task is cancelled or an admin drains it, and returns when no call is left. Throws when it cannot start.
    /// - Parameters:
    ///   - reload: nil for a node whose file is read once.
    ///   - ready: called once with the bound address, when calls are taken.
    package func run(reload: ConfigurationReload? = nil, ready: @Sendable (String) -> Void) async throws {
        // Before anything is made on the disk.
        _ = try configuration.node.credentials(as: configuration.role)
        try FileManager.default.createDirectory(
            atPath: configuration.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let lock = try DataLock(folder: configuration.data)
        defer { withExtendedLifetime(lock) {} }
        let node = try ServingNode(
            loops: configuration.node.loops, registration: configuration.registration, grace: configuration.drainGrace, log: log
        ) {
            try NodeSecurity(configuration.node, as: configuration.role, policy: $1, takeRoutes: $2, group: $0, log: log)
        }
        let health = HealthService(serving: [])
        let staff = StaffPart(configuration.staff, log: log)
        let listening = try await node.serve(
            staff?.services(node) ?? [], health,
            ServingNode.Door(
                listen: configuration.listen, peers: configuration.peers, limits: configuration.limits, policy: configuration.policyEdition,
                auditFolder: configuration.data, observation: configuration.observation, webOrigins: configuration.webOrigins,
                platform: configuration.node.platform), standing: staff?.board)
        ready("\(listening.address)")
        await node.live(listening, reload: reload) { await staff?.keep(node, platform: configuration.node.platform) }
        await node.shutdown(listening)
    }

    /// What others call it for.
    static let servedNames = ["grpc.health.v1.Health"]
}
