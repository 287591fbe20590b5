import SampanRPC
@testable import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

/// Servers that say which of them answers, and a channel over all of them.
final class Cluster: Sendable {
    /// Answers with the number of the server.
    static let who = ListedMethods.descriptor("Who")
    /// Answers with the number of the server, once `release` lets it.
    static let held = ListedMethods.descriptor("Held")

    let group: EventLoopGroup
    let channel: ClientChannel
    let endpoints: LiveEndpoints
    private let servers: Mutex<[GRPCServer?]>
    let addresses: [SocketAddress]
    /// Servers whose every answer is UNAVAILABLE.
    let sick: Sick

    final class Sick: Sendable {
        let servers = Mutex<Set<Int>>([])
    }

    private init(
        group: EventLoopGroup, channel: ClientChannel, endpoints: LiveEndpoints, servers: [GRPCServer], addresses: [SocketAddress],
        sick: Sick
    ) {
        self.sick = sick
        self.group = group
        self.channel = channel
        self.endpoints = endpoints
        self.servers = Mutex(servers)
        self.addresses = addresses
    }

    static func with<R>(
        _ count: Int, _ balancing: BalancingPolicy, _ config: ServiceConfig = .none, first: Int? = nil, loops: Int = 1,
        configure: (inout ChannelConfiguration) -> Void = { _ in }, _ body: (Cluster) async throws -> R
    ) async throws -> R {
        let group = try EventLoopGroup(count: loops)
        let sick = Sick()
        var servers: [GRPCServer] = []
        var addresses: [SocketAddress] = []
        for index in 0..<count {
            let server = try Self.server(index, group, sick)
            addresses.append(try await server.listen(on: try #require(SocketAddress(host: "127.0.0.1", port: 0))))
            servers.append(server)
        }
        let endpoints = LiveEndpoints(addresses.prefix(first ?? count).map { Endpoint(host: $0.host, port: $0.port) })
        var configuration = ChannelConfiguration()
        // No test of a cluster is about it, and beside hundreds of others a handshake may take long.
        configuration.setUpTimeout = .seconds(60)
        configuration.balancing = balancing
        configuration.serviceConfig = config
        configuration.initialBackoff = .milliseconds(5)
        configuration.maximumBackoff = .milliseconds(50)
        configure(&configuration)
        let channel = ClientChannel(group: group, source: endpoints, tls: nil, configuration: configuration)
        let cluster = Cluster(group: group, channel: channel, endpoints: endpoints, servers: servers, addresses: addresses, sick: sick)
        let result: Result<R, any Error>
        do { result = .success(try await body(cluster)) } catch { result = .failure(error) }
        await channel.shutdown(grace: .zero)
        for index in 0..<count { await cluster.stop(index, grace: .zero) }
        await group.shutdown()
        return try result.get()
    }

    private static func server(_ index: Int, _ group: EventLoopGroup, _ sick: Sick) throws -> GRPCServer {
        let number = UInt8(truncatingIfNeeded: index)
        return try GRPCServer(
            group: group,
            services: [
                ListedMethods(methodHandlers: [
                    MethodHandler(
                        who,
                        .unary { _, _ in
                            if sick.servers.withLock({ $0.contains(index) }) { throw RPCError(code: .unavailable, message: "sick") }
                            return try FramedMessage(payload: [number])
                        }),
                    MethodHandler(
                        held,
                        .streaming { requests, responses, _ in
                            while let request = try await requests.next() {
                                try await responses.send(FramedMessage(payload: [number] + request))
                            }
                        }),
                ])
            ], configuration: .unhurried, tls: nil)
    }

    /// Endpoints of some of the servers.
    func endpoints(_ indices: [Int]) -> [Endpoint] {
        indices.map { Endpoint(host: addresses[$0].host, port: addresses[$0].port) }
    }

    /// The same as lines to one node, best first.
    func lines(_ indices: [Int], to node: String = "node") -> [Endpoint] {
        endpoints(indices).map { endpoint in
            var line = endpoint
            line.node = node
            return line
        }
    }

    /// Asks one server which it is.
    func ask(_ options: CallOptions = CallOptions(timeout: .seconds(20))) async throws -> Int {
        Int(try await channel.unary(Self.who, FramedMessage(payload: []), options).message[0])
    }

    /// Answers by server for `calls` calls, one after the other.
    func spread(_ calls: Int) async throws -> [Int] {
        var counts = [Int](repeating: 0, count: addresses.count)
        for _ in 0..<calls { counts[try await ask()] += 1 }
        return counts
    }

    /// Calls until the servers of a set have all answered, and nobody else does for one round of them.
    func settle(on expected: Set<Int>) async throws {
        var last: [Int] = []
        while Set(last.suffix(4 * expected.count)) != expected || last.count < 4 * expected.count { last.append(try await ask()) }
    }

    func stop(_ index: Int, grace: Duration) async {
        let server = servers.withLock { servers in
            defer { servers[index] = nil }
            return servers[index]
        }
        await server?.shutdown(grace: grace)
    }

    /// A new server on the address of one that was stopped.
    func start(_ index: Int) async throws {
        let server = try Self.server(index, group, sick)
        _ = try await server.listen(on: addresses[index])
        servers.withLock { $0[index] = server }
    }
}
