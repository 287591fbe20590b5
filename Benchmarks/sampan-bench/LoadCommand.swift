import ArgumentParser
import EchoMessages
import Glibc
import SampanRPC
import SampanTransport

struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Call echo.Echo/Unary in a closed loop and print calls per second and this side's CPU per call.",
        discussion: """
            EXAMPLES
              sampan-bench load --port 50051 --connections 8 --streams 32 --seconds 3
            """)

    @Option(name: .long, help: "Port of 127.0.0.1.")
    var port: UInt16

    @Option(name: .long) var connections = 8
    @Option(name: .long, help: "Calls under way at once on each connection.") var streams = 32
    @Option(name: .long, help: "Bytes of payload.") var payload = 128
    @Option(name: .long) var seconds = 3

    func run() async throws {
        let group = try EventLoopGroup(count: 1)
        let message = Echo.Msg(payload: [UInt8](repeating: 7, count: payload), count: 1)
        let end = ContinuousClock.now + .seconds(seconds)
        let cpuBefore = Self.cpuSeconds
        let start = ContinuousClock.now
        let channels = (0..<connections).map { _ in ClientChannel(group: group, host: "127.0.0.1", port: port, tls: nil) }
        let loop = group.loops[0]
        let streams = streams
        let calls = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for channel in channels {
                let client = Echo.EchoClient(channel)
                for _ in 0..<streams {
                    tasks.addTask(executorPreference: loop) {
                        var count = 0
                        while ContinuousClock.now < end {
                            guard try await client.unary(message) == message else { throw ExitCode.failure }
                            count += 1
                        }
                        return count
                    }
                }
            }
            return try await tasks.reduce(0, +)
        }
        let elapsed = start.duration(to: .now)
        let wall = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let cpu = Self.cpuSeconds - cpuBefore
        print("\(Int(Double(calls) / wall)) calls/s, client CPU \(cpu / Double(calls) * 100_000) s per 100,000 calls")
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let user = Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
        return user + Double(usage.ru_stime.tv_sec) + Double(usage.ru_stime.tv_usec) / 1e6
    }
}
