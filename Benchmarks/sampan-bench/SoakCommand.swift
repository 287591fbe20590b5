import ArgumentParser
import EchoMessages
import SampanTestSupport
import SampanTransport
import Synchronization

struct SoakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "soak",
        abstract: "Unary calls, streams, cancellations, deadlines and new connections, mixed at random; every one is accounted for.",
        discussion: """
            Prints how many of each were begun and ended as they must. Exits with 1 at the first that did not.

            EXAMPLES
              sampan-bench soak --port 50051 --seconds 600 --seed 42
            """)

    @Option(name: .long, help: "Port of 127.0.0.1.")
    var port: UInt16

    @Option(name: .long) var seconds = 600.0
    @Option(name: .long, help: "Callers at once.") var callers = 32
    // 16: on a fast machine 32 callers reset some 1,000 streams a second, and a server cuts a connection that resets hundreds.
    @Option(name: .long, help: "Connections that the callers share; churn opens its own.") var connections = 16
    @Option(name: .long, help: "Seed of an earlier run.") var seed: UInt64 = .random(in: 0 ... .max)

    @OptionGroup var security: SecurityOptions

    func validate() throws {
        guard seconds > 0, callers > 0, connections > 0 else { throw ValidationError("seconds, callers and connections are above 0") }
    }

    func run() async throws {
        print("seed \(seed)")
        let group = try EventLoopGroup(count: 1)
        let tls = try security.clientContext()
        let channels = (0..<connections).map { _ in ClientChannel(group: group, host: "127.0.0.1", port: port, tls: tls) }
        let mix = SoakMix(group: group, port: port, tls: tls)
        let accounts = SoakAccounts()
        let end = ContinuousClock.now + .seconds(seconds)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<callers {
                let client = Echo.EchoClient(channels[index % connections])
                var random = SeededRandom(seed: seed &+ UInt64(index))
                tasks.addTask {
                    while .now < end {
                        let deed = SoakMix.Deed.allCases[Int.random(in: 0..<SoakMix.Deed.allCases.count, using: &random)]
                        accounts.began(deed)
                        do {
                            try await mix.run(deed, client, &random)
                        } catch {
                            print("\(deed.rawValue): \(error)")
                            throw error
                        }
                        accounts.ended(deed)
                    }
                }
            }
            try await tasks.waitForAll()
        }
        for channel in channels { await channel.shutdown() }
        print(accounts.line)
        guard accounts.isBalanced else { throw ExitCode.failure }
    }
}

/// How many of each deed were begun, and how many ended as they must. Safe from any task.
final class SoakAccounts: Sendable {
    private let counts = Mutex<[SoakMix.Deed: (began: Int, ended: Int)]>([:])

    func began(_ deed: SoakMix.Deed) { counts.withLock { $0[deed, default: (0, 0)].began += 1 } }
    func ended(_ deed: SoakMix.Deed) { counts.withLock { $0[deed, default: (0, 0)].ended += 1 } }

    var isBalanced: Bool { counts.withLock { $0.values.allSatisfy { $0.began == $0.ended } } }

    /// `12 unary, 10 large, …: 22 begun, 22 ended as they must`.
    var line: String {
        counts.withLock { counts in
            let each = SoakMix.Deed.allCases.map { "\(counts[$0]?.ended ?? 0) \($0.rawValue)" }.joined(separator: ", ")
            let (began, ended) = counts.values.reduce((0, 0)) { ($0.0 + $1.began, $0.1 + $1.ended) }
            return "\(each): \(began) begun, \(ended) ended as they must"
        }
    }
}
