import ArgumentParser
import EchoMessages
import SampanRPC
import SampanTransport

struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Open connections, make one call on each, print `ready`, and hold them until killed.",
        discussion: """
            EXAMPLES
              sampan-bench hold --port 50051 --mode mtls --ca ca.pem --cert client.pem --key client.key --connections 1000
            """)

    @Option(name: .long, help: "Port of 127.0.0.1.")
    var port: UInt16

    @Option(name: .long) var connections = 1_000
    @Option(name: .long, help: "Connections that are being opened at once.") var parallel = 1

    @OptionGroup var security: SecurityOptions

    func validate() throws {
        guard connections > 0, parallel > 0 else { throw ValidationError("--connections and --parallel are above 0") }
    }

    func run() async throws {
        let group = try EventLoopGroup(count: 1)
        let tls = try security.clientContext()
        let channels = (0..<connections).map { _ in ClientChannel(group: group, host: "127.0.0.1", port: port, tls: tls) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, channel) in channels.enumerated() {
                if index >= parallel { try await tasks.next() }
                tasks.addTask { _ = try await Echo.EchoClient(channel).unary(Echo.Msg(count: 1)) }
            }
            try await tasks.waitForAll()
        }
        ReadyLine.print(connections)
        for await _ in AsyncStream<Never>.makeStream().stream {}
        withExtendedLifetime(channels) {}
    }
}
