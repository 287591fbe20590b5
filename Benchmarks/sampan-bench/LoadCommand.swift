import ArgumentParser
import EchoMessages
import SampanRPC
import SampanTransport

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Call echo.Echo and print rate, latency, and CPU per call of this side and of the server.",
        discussion: """
            A closed loop for --seconds, or for --calls in all; with --rate an open loop. The connections are open before anything counts.

            EXAMPLES
              sampan-bench load --port 50051 --connections 8 --streams 32 --seconds 3
              sampan-bench load --port 50051 --shape down --messages 10000 --streams 1 --connections 1 --calls 10 --server-pid 4711
              sampan-bench load --port 50051 --mode mtls --ca ca.pem --cert client.pem --key client.key --rate 20000 --json
            """)

    @Option(name: .long, help: "Port of 127.0.0.1.")
    var port: UInt16

    @Option(name: .long, help: "unary, down, up or bidi (one message in flight).") var shape = EchoCall.Shape.unary
    @Option(name: .long, help: "Messages of one streaming call.") var messages = 1_000
    @Option(name: .long, help: "Bytes of payload.") var payload = 128
    @Option(name: .long) var connections = 8
    @Option(name: .long, help: "Calls under way at once on each connection.") var streams = 32
    @Option(name: .long) var seconds = 3.0
    @Option(name: .long, help: "So many calls in all, however long it takes.") var calls: Int?
    @Option(name: .long, help: "Calls per second, whether or not earlier ones have ended.") var rate: Double?
    @Option(name: .long, help: "Whom the calls are for (`sampan-to`), where a node passes them on.") var to: String?
    @Option(name: .long, help: "Process of the server, for its CPU.") var serverPid: Int32?
    @Flag(name: .long, help: "One line of JSON.") var json = false

    @OptionGroup var security: SecurityOptions

    func validate() throws {
        guard messages > 0, payload >= 0, connections > 0, streams > 0, seconds > 0, calls ?? 1 > 0, rate ?? 1 > 0 else {
            throw ValidationError("messages, connections, streams, seconds, calls and rate are above 0")
        }
        guard calls == nil || rate == nil else { throw ValidationError("--calls is a closed loop, --rate an open one") }
    }

    func run() async throws {
        let group = try EventLoopGroup(count: 1)
        let tls = try security.clientContext()
        var configuration = ChannelConfiguration()
        // A load that a busy machine does not carry is measured as one that was not, and does not end the measurement.
        configuration.maximumCallsPerEndpoint = 1_000_000
        configuration.maximumPendingCalls = 10_000_000
        let channels = (0..<connections).map { [configuration] _ in
            ClientChannel(group: group, host: "127.0.0.1", port: port, tls: tls, configuration: configuration)
        }
        let load = Load(call: try EchoCall(shape: shape, messages: messages, payload: payload, to: to), streams: streams)
        for channel in channels { _ = try await Echo.EchoClient(channel).unary(Echo.Msg(count: 1), options: load.call.options) }
        let (ownBefore, serverBefore) = (ProcessCost.own, serverPid.flatMap(ProcessCost.cpuSeconds))
        let start = ContinuousClock.now
        if let rate {
            let time = Duration.seconds(seconds)
            try await withTaskExecutorPreference(group.loops[0]) {
                try await load.open(channels, on: group.loops[0], rate: rate, for: time)
            }
        } else {
            try await load.closed(channels, on: group.loops[0], calls: calls, until: start + .seconds(seconds))
        }
        let report = LoadReport(
            counts: load.tally.current, seconds: start.duration(to: .now).seconds, clientCPU: ProcessCost.own - ownBefore,
            serverCPU: serverPid.flatMap(ProcessCost.cpuSeconds).flatMap { after in serverBefore.map { after - $0 } })
        print(json ? report.json : report.text)
    }
}
