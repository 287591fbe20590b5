import ArgumentParser
import SampanRPC
import SampanTransport

struct EchoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "echo",
        abstract: "Serve echo.Echo on loopback.",
        discussion: """
            EXAMPLES
              sampan-bench echo --port 50051
              sampan-bench echo --port 50051 --mode mtls --ca ca.pem --cert server.pem --key server.key --loops 2
            """)

    @Option(name: .long, help: "Port of 127.0.0.1; 0 takes a free one.")
    var port: UInt16

    @Option(name: .long, help: "Event loops.")
    var loops = 1

    @Option(name: .long, help: "Steps of work that each unary call costs besides; a million are about 2 ms.")
    var work = 0

    @Flag(name: .long, help: "Refuse no call for the load: to see what happens then.")
    var unhurried = false

    @Flag(name: .long, help: "Let nothing depend on how fast the machine is: for counting instructions, under which it is very slow.")
    var timeless = false

    @Flag(name: .long, help: "As a node of a mesh: with a policy, and calls that others pass on.")
    var mesh = false

    @OptionGroup var security: SecurityOptions

    func run() async throws {
        let group = try EventLoopGroup(count: loops)
        var configuration = unhurried ? ServerConfiguration.unhurried : ServerConfiguration()
        configuration.load.callsAtOnce = 0
        if timeless {
            configuration.load.queueingLimit = .seconds(3_600)
            configuration.load.handlersPerTurn = .seconds(3_600)
        }
        configuration.maximumConcurrentCalls = 100_000
        let server = try makeServer(group, configuration)
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { throw ExitCode.failure }
        ReadyLine.print(try await server.listen(on: address))
        // Serves until it is killed, as every peer does.
        for await _ in AsyncStream<Never>.makeStream().stream {}
    }

    private func makeServer(_ group: EventLoopGroup, _ configuration: ServerConfiguration) throws -> GRPCServer {
        let services: [any RPCService] = [EchoService(work: work)]
        guard mesh else {
            return try GRPCServer(group: group, services: services, configuration: configuration, tls: try security.serverContext())
        }
        let mesh = try BenchMesh(security, group: group, routes: [])
        let policy = mesh.policy(for: services.flatMap(\.methodHandlers).map(\.method))
        return try GRPCServer(
            group: group, services: services, interceptors: [policy], configuration: configuration, credentials: mesh.credentials,
            router: mesh.router)
    }
}
