internal import Foundation
package import Logging
internal import SampanAPI
internal import SampanCrypto
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanRPC
internal import SampanTransport

/// A gateway node, composed: the outer request store, the services in front of it, and one listener.
package struct GatewayNode: Sendable {
    private let configuration: GatewayConfiguration
    private let log: Logger

    package init(_ configuration: GatewayConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Which role may call what (design.md: default deny).
    static let policy: [AccessPolicy.Rule] = [
        AccessPolicy.Rule("sampan.payment.v1.PaymentService", .hospital, .app),
        AccessPolicy.Rule("sampan.gateway.v1.RequestService", .hospital, .app),
        AccessPolicy.Rule("sampan.gateway.v1.FerryService", .ferry),
        AccessPolicy.Rule("sampan.channel.v1.ChannelNotificationService", .app),
    ]

    /// Serves until its task is cancelled, then drains. Throws when it cannot start.
    /// - Parameter ready: called once with the bound address, when calls are taken.
    package func run(ready: @Sendable (String) -> Void) async throws {
        let credentials = try configuration.node.credentials()
        try FileManager.default.createDirectory(
            atPath: configuration.data, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let requests = try await RequestStore.open(path: "\(configuration.data)/requests.db")
        let group = try EventLoopGroup(count: configuration.node.loops)
        let services: [any RPCService] = [
            RequestDesk(
                store: requests, institutions: configuration.institutions, digest: { try SHA256.hash($0) }, now: WallClock.now),
            FerryDesk(store: requests, now: WallClock.now),
        ]
        let policy = AccessPolicy(Self.policy, for: services.flatMap(\.methodHandlers).map(\.method))
        let server = try GRPCServer(group: group, services: services, interceptors: [policy], tls: try credentials.serverContext())
        let address = try await listen(server)
        log.info("the gateway serves", metadata: ["address": "\(address)", "identity": "\(credentials.identity)"])
        ready("\(address)")
        await Never.cancelled()
        await server.shutdown(grace: .seconds(5))
        await group.shutdown()
        await requests.close()
    }

    private func listen(_ server: GRPCServer) async throws -> SocketAddress {
        let listen = configuration.listen
        guard let address = SocketAddress(host: listen.host, port: listen.port) else {
            throw ConfigurationError(file: "listen", message: "\(listen.host) is no numeric address")
        }
        return try await server.listen(on: address)
    }
}

extension Never {
    /// Suspends until the current task is cancelled.
    static func cancelled() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
    }
}
