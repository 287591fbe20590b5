import ArgumentParser
import Foundation
import Logging
import SampanFerry
import SampanNode
import SampanRPC

/// `sampan ferry [run]`: runs the inner half of the network gap.
struct FerryRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the inside of the ferry: a supervisor and its worker processes. Listens on nothing.",
        discussion: """
            Worker k of N takes the rows with seq mod N == k. A worker that dies is restarted at once; rows of one that stands still are
            taken by an idle one after 10 s. SIGHUP has the file read again, and the workers started anew with what it says, also when N
            is another: each finishes first what it has claimed.

            EXAMPLES
              sampan ferry --config ferry.yaml
              sampan ferry --config ferry.yaml --worker 2     one worker alone, without a supervisor
              kill -HUP $(pidof -s sampan)                    read the file again
            """)

    @Option(name: .long, help: "The ferry's YAML file.")
    var config: String

    @Option(name: .long, help: "Run this worker only, in this process (0 to workers - 1).")
    var worker: Int?

    @Flag(name: .long, help: .hidden)
    var supervised = false

    @OptionGroup var logging: LoggingOptions

    func run() async throws {
        guard let worker else {
            // From here on, so that a signal in the middle of a start neither ends it nor is missed.
            let requests = ReloadSignal.requests()
            try await supervise(try FerryConfiguration(file: config), requests)
            return
        }
        let configuration = try FerryConfiguration(file: config)
        guard (0..<configuration.workers).contains(worker) else {
            throw ValidationError("--worker \(worker): the file has workers 0 to \(configuration.workers - 1)")
        }
        if supervised { Lifeline.endWithStandardInput() }
        let node = FerryNode(configuration, worker: worker, log: logging.makeLogger("ferry.\(worker)"))
        try await StopSignal.cancelling { try await node.run() }
    }

    private func supervise(_ configuration: FerryConfiguration, _ requests: AsyncStream<Void>) async throws {
        // A file or certificate that no worker could start with is an error here, not a worker that dies again and again.
        _ = try configuration.node.credentials(as: .ferry)
        try configuration.checkSealingKeys()
        let (file, level, format) = (config, logging.logLevel.rawValue, logging.format.rawValue)
        let log = logging.makeLogger("ferry")
        let supervisor = Supervisor(
            program: CommandLine.arguments[0].contains("/") ? CommandLine.arguments[0] : Bundle.main.executablePath ?? "/proc/self/exe",
            count: configuration.workers,
            arguments: { ["ferry", "--config", file, "--worker", "\($0)", "--supervised", "--log-level", level, "--log-format", format] },
            log: log)
        let changes = Self.changes(of: file, requests, log)
        StandardOutput.line("ready \(configuration.workers) workers")
        try await StopSignal.cancelling { await supervisor.run(changes: changes) }
    }

    /// How many workers the file says there are, whenever it is to be read again and can be.
    private static func changes(of file: String, _ requests: AsyncStream<Void>, _ log: Logger) -> AsyncStream<Int> {
        AsyncStream { continuation in
            let reading = Task {
                for await _ in requests {
                    do throws(ConfigurationError) {
                        continuation.yield(try FerryConfiguration(file: file).workers)
                    } catch {
                        log.error("the configuration is not taken; all is as before", metadata: ["reason": "\(error)"])
                    }
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in reading.cancel() }
        }
    }
}
