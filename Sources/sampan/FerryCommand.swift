import ArgumentParser
import Foundation
import Logging
import SampanFerry
import SampanNode
import SampanRPC

/// `sampan ferry`: runs the inner half of the network gap.
struct FerryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ferry",
        abstract: "Run the inside of the ferry: a supervisor and its worker processes. Listens on nothing.",
        discussion: """
            Worker k of N takes the rows with seq mod N == k. A worker that dies is restarted at once.

            EXAMPLES
              sampan ferry --config ferry.yaml
              sampan ferry --config ferry.yaml --worker 2     one worker alone, without a supervisor
            """)

    @Option(name: .long, help: "The ferry's YAML file.")
    var config: String

    @Option(name: .long, help: "Run this worker only, in this process (0 to workers - 1).")
    var worker: Int?

    @Flag(name: .long, help: .hidden)
    var supervised = false

    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        let configuration = try FerryConfiguration(file: config)
        guard let worker else {
            try await supervise(configuration)
            return
        }
        guard (0..<configuration.workers).contains(worker) else {
            throw ValidationError("--worker \(worker): the file has workers 0 to \(configuration.workers - 1)")
        }
        if supervised { Lifeline.endWithStandardInput() }
        let node = FerryNode(configuration, worker: worker, log: logging.makeLogger("ferry.\(worker)"))
        try await StopSignal.cancelling { try await node.run() }
    }

    private func supervise(_ configuration: FerryConfiguration) async throws {
        // A file or certificate that no worker could start with is an error here, not a worker that dies again and again.
        _ = try configuration.node.credentials(as: .ferry)
        let (file, level, format) = (config, logging.logLevel.rawValue, logging.format.rawValue)
        let supervisor = Supervisor(
            program: CommandLine.arguments[0].contains("/") ? CommandLine.arguments[0] : Bundle.main.executablePath ?? "/proc/self/exe",
            count: configuration.workers,
            arguments: { ["ferry", "--config", file, "--worker", "\($0)", "--supervised", "--log-level", level, "--log-format", format] },
            log: logging.makeLogger("ferry"))
        StandardOutput.line("ready \(configuration.workers) workers")
        try await StopSignal.cancelling { await supervisor.run() }
    }
}
