import ArgumentParser
import EchoMessages
import SampanRPC
import SampanTransport

struct OverloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overload",
        abstract: "Offer echo.Echo unary calls of mixed priorities at a rate, whatever becomes of them, and print what did.",
        discussion: """
            An open loop: calls start when they are due, and end by their deadline. The first fifth of the time does not count.

            EXAMPLES
              sampan-bench overload --port 50051 --rate 6000 --seconds 5 --deadline 500
            """)

    @Option(name: .long, help: "Port of 127.0.0.1.") var port: UInt16
    @Option(name: .long, help: "Calls a second.") var rate: Double
    @Option(name: .long) var seconds = 5.0
    @Option(name: .long, help: "Deadline of each call, in milliseconds.") var deadline = 500
    @Option(name: .long) var connections = 8

    @OptionGroup var security: SecurityOptions

    func validate() throws {
        guard rate > 0, rate <= 1_000_000, seconds > 0, deadline > 0, connections > 0 else {
            throw ValidationError("rate (to a million), seconds, deadline and connections are above 0")
        }
    }

    /// Of a hundred calls: most say nothing of themselves, as most callers do.
    private static let mix: [(priority: CallPriority, percent: Int)] = [(.background, 30), (.normal, 50), (.high, 15), (.critical, 5)]

    func run() async throws {
        let group = try EventLoopGroup(count: 1)
        let tls = try security.clientContext()
        let channels = (0..<connections).map { _ in ClientChannel(group: group, host: "127.0.0.1", port: port, tls: tls) }
        // Connected, whatever the server says: it may still refuse for what came before.
        for channel in channels { _ = try? await Echo.EchoClient(channel).unary(Echo.Msg(count: 1)) }
        let tallies = CallPriority.allCases.map { _ in OverloadTally() }
        let begin = ContinuousClock.now
        try await withTaskExecutorPreference(group.loops[0]) { try await offer(channels, on: group.loops[0], tallies, begin) }
        let counted = seconds * 0.8
        let parts = CallPriority.allCases.map { "\"\($0.name)\": \(tallies[Int($0.rawValue)].current.json)" }
        print("{\"seconds\": \(counted), \"priorities\": {\(parts.joined(separator: ", "))}}")
    }

    private func offer(
        _ channels: [ClientChannel], on loop: EventLoop, _ tallies: [OverloadTally], _ begin: ContinuousClock.Instant
    ) async throws {
        let options = try Self.mix.map { try callOptions($0.priority) }
        let count = Int(rate * seconds)
        await withDiscardingTaskGroup { tasks in
            var made = 0
            while made < count {
                let due = min(count, Int(begin.duration(to: .now).seconds * rate) + 1)
                while made < due {
                    let start = begin + .seconds(Double(made) / rate)
                    let client = Echo.EchoClient(channels[made % channels.count])
                    // In an order that mixes them evenly: 37 and 100 have no factor in common.
                    let kind = Self.kind(made * 37 % 100)
                    let tally = tallies[Int(Self.mix[kind].priority.rawValue)]
                    let isCounted = made >= count / 5
                    let callOptions = options[kind]
                    tasks.addTask(executorPreference: loop) {
                        let outcome = await Self.outcome(client, callOptions)
                        if isCounted { tally.ended(outcome, after: start.duration(to: .now)) }
                    }
                    made += 1
                }
                try? await Task.sleep(until: max(begin + .seconds(Double(made) / rate), .now + .microseconds(200)), tolerance: .zero)
            }
        }
    }

    private func callOptions(_ priority: CallPriority) throws -> CallOptions {
        var metadata = Metadata()
        try metadata.append(priority.name, for: "sampan-priority")
        return CallOptions(timeout: .milliseconds(deadline), metadata: metadata)
    }

    private static func kind(_ place: Int) -> Int {
        var left = place
        for (index, part) in mix.enumerated() {
            left -= part.percent
            if left < 0 { return index }
        }
        return 0
    }

    private static func outcome(_ client: Echo.EchoClient, _ options: CallOptions) async -> OverloadTally.Outcome {
        do {
            _ = try await client.unary(Echo.Msg(payload: [UInt8](repeating: 7, count: 128)), options: options)
            return .served
        } catch {
            return switch error.code {
            case .unavailable, .resourceExhausted: .refused
            case .deadlineExceeded: .late
            default: .failed
            }
        }
    }
}
