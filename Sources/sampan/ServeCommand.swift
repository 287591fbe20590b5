import ArgumentParser
import SampanNode

/// `sampan serve`: runs a node.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a gateway node until SIGTERM or SIGINT.",
        discussion: """
            Prints `ready ADDRESS` on standard output when calls are taken; logs go to standard error.

            EXAMPLES
              sampan serve --config gateway.yaml
              sampan serve --config gateway.yaml --log-level debug
            """)

    @Option(name: .long, help: "The node's YAML file.")
    var config: String

    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let log = logging.makeLogger("gateway")
        let node = GatewayNode(try GatewayConfiguration(file: config), log: log)
        try await StopSignal.cancelling {
            try await node.run { address in StandardOutput.line("ready \(address)") }
        }
    }
}
