import ArgumentParser
import Glibc
import SampanAPI
import SampanCrypto
import SampanRPC
import SampanTransport

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve grpc.testing.TestService, health and reflection until killed.",
        discussion: """
            Prints `ready ADDRESS` when it listens.

            EXAMPLES
              sampan-interop serve --port 10000 --plaintext
              sampan-interop serve --port 10000 --ca ca.pem --cert server.pem --key server.key
            """)

    @Option(name: .long, help: "Port; 0 takes a free one.")
    var port: UInt16

    @Option(name: .long, help: "Numeric address to listen on.")
    var host = "127.0.0.1"

    @OptionGroup var security: SecurityOptions

    func run() async throws {
        guard let address = SocketAddress(host: host, port: port) else { throw ValidationError("\(host) is no numeric address") }
        let group = try EventLoopGroup(count: 1)
        let test = HostedTestService()
        let health = HealthService(serving: ["grpc.testing.TestService"])
        let services: [any RPCService] = [test, health]
        let server = try GRPCServer(
            group: group, services: services + [ReflectionService(reflecting: services)], tls: try security.context(.server))
        print("ready \(try await server.listen(on: address))")
        // The reader of a pipe waits for this line.
        fflush(nil)
        // Serves until it is killed, as the interoperability servers of other stacks do.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        withExtendedLifetime(server) {}
    }
}
