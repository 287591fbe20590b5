import ArgumentParser
import SampanMesh
import SampanRPC
import SampanTransport

struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Pass calls on to another node, as a hospital's node does: mutual TLS on both sides, policy, caller's identity.",
        discussion: """
            EXAMPLES
              sampan-bench relay --port 50052 --to 0000000001/server=127.0.0.1:50051 --mode mtls --ca ca.pem \\
                --cert relay.pem --key relay.key
            """)

    @Option(name: .long, help: "Port of 127.0.0.1; 0 takes a free one.") var port: UInt16
    @Option(name: .long, help: "A route, as NAME=HOST:PORT; several may be given.") var to: [String]
    @Option(name: .long, help: "Event loops.") var loops = 1
    @OptionGroup var security: SecurityOptions

    func run() async throws {
        let routes = try to.map { text in
            let parts = text.split(separator: "=").map(String.init)
            guard parts.count == 2 else { throw ValidationError("--to is NAME=HOST:PORT") }
            return try EpochRoute(name: parts[0], endpoints: [parts[1]])
        }
        let group = try EventLoopGroup(count: loops)
        let mesh = try BenchMesh(security, group: group, routes: routes)
        var configuration = ServerConfiguration()
        configuration.maximumConcurrentCalls = 100_000
        let server = try GRPCServer(
            group: group, services: [], interceptors: [mesh.policy(for: [])], configuration: configuration, credentials: mesh.credentials,
            router: mesh.router)
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { throw ExitCode.failure }
        ReadyLine.print(try await server.listen(on: address))
        // Serves until it is killed, as every peer does.
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }
}
