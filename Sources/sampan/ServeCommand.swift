import ArgumentParser
import SampanNode

/// `sampan serve`: runs a node.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a node until SIGTERM or SIGINT.",
        discussion: """
            Which one, says the key `role` of the file: gateway (when it is left out), platform, hospital or center. Prints `ready \
            ADDRESS` on standard output when calls are taken; logs go to standard error. SIGTERM drains it (drain: \
            grace in the file); SIGHUP has it read its file again, and what can change while it serves (peers, policy) counts at once.

            EXAMPLES
              sampan serve --config gateway.yaml
              sampan serve --config platform.yaml --log-level debug
              sampan serve --config hospital.yaml --log-format json
            """)

    @Option(name: .long, help: "The node's YAML file.")
    var config: String

    @Flag(name: .long, help: .hidden)
    var supervised = false

    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        if supervised { Lifeline.endWithStandardInput() }
        // From here on, so that a signal in the middle of a start ends nothing.
        let requests = ReloadSignal.requests()
        let trace = ConfigurationTrace()
        let file = try NodeFile(file: config, .ofProcess(trace))
        let log = logging.makeLogger(file.kind)
        let reload = ConfigurationReload(file: config, entries: trace.entries, requests: requests)
        switch file {
        case .gateway(let configuration):
            try await StopSignal.cancelling { try await GatewayNode(configuration, log: log).run(reload: reload, ready: Self.tellReady) }
        case .mesh(let configuration):
            try await StopSignal.cancelling { try await MeshNode(configuration, log: log).run(reload: reload, ready: Self.tellReady) }
        case .platform(let configuration):
            try await StopSignal.cancelling { try await PlatformNode(configuration, log: log).run(reload: reload, ready: Self.tellReady) }
        case .ferry:
            throw ConfigurationError(file: config, message: "is the configuration of a ferry, which `sampan ferry` runs: it has no listen")
        }
    }

    private static let tellReady: @Sendable (String) -> Void = { StandardOutput.line("ready \($0)") }
}
