import ArgumentParser
import SampanNode

/// `sampan serve`: runs a node.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a node until SIGTERM or SIGINT.",
        discussion: """
            Which one, says the key `role` of the file: gateway (when it is left out), platform, hospital or center. Prints `ready \
            ADDRESS` on standard output when calls are taken; logs go to standard error.

            EXAMPLES
              sampan serve --config gateway.yaml
              sampan serve --config platform.yaml --log-level debug
              sampan serve --config hospital.yaml --log-format json
            """)

    @Option(name: .long, help: "The node's YAML file.")
    var config: String

    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let role = try NodeRole(file: config)
        let log = logging.makeLogger(role.rawValue)
        switch role {
        case .gateway:
            let node = GatewayNode(try GatewayConfiguration(file: config), log: log)
            try await StopSignal.cancelling { try await node.run(ready: Self.tellReady) }
        case .hospital, .center:
            let node = MeshNode(try MeshConfiguration(file: config), log: log)
            try await StopSignal.cancelling { try await node.run(ready: Self.tellReady) }
        case .platform:
            let node = PlatformNode(try PlatformConfiguration(file: config), log: log)
            try await StopSignal.cancelling { try await node.run(ready: Self.tellReady) }
        }
    }

    private static let tellReady: @Sendable (String) -> Void = { StandardOutput.line("ready \($0)") }
}
