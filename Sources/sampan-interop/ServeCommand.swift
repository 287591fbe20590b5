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

    @Option(
        name: .long, help: "Seconds for set-up, a head, a request, and a reader that takes nothing; the server's own limits unless told.")
    var patience: Int?

    @Flag(name: .long, help: "Also serve sampan.interop.Turns/TakeLongest: the longest turn since the last call, in nanoseconds.")
    var turns = false

    @OptionGroup var security: SecurityOptions

    func run() async throws {
        guard let address = SocketAddress(host: host, port: port) else { throw ValidationError("\(host) is no numeric address") }
        let group = try EventLoopGroup(count: 1)
        let test = HostedTestService()
        let health = HealthService(serving: ["grpc.testing.TestService"])
        let services: [any RPCService] = [test, health]
        var configuration = ServerConfiguration()
        if let patience = patience.map({ Duration.seconds($0) }) {
            (configuration.setUpTimeout, configuration.headersTimeout) = (patience, patience)
            (configuration.requestTimeout, configuration.stallTimeout) = (patience, patience)
        }
        let hidden: [any RPCService] = [ReflectionService(reflecting: services)] + (turns ? [TurnsService(loops: group.loops)] : [])
        let server = try GRPCServer(
            group: group, services: services + hidden, configuration: configuration, tls: try security.context(.server))
        print("ready \(try await server.listen(on: address))")
        // The reader of a pipe waits for this line.
        fflush(nil)
        // Serves until it is killed, as the interoperability servers of other stacks do.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        withExtendedLifetime(server) {}
    }
}
