internal import SampanRPC
internal import SampanTransport

/// A caller that keeps the rules: one small call after the other over one connection, each with a deadline, a pause between them.
final class GoodCaller: Sendable {
    struct Outcome: Sendable {
        private(set) var durations: [Duration] = []
        private(set) var failures = 0
        /// The most that `watch` said, meanwhile.
        private(set) var peak = 0

        /// Nil without a good call.
        var p99: Duration? { Latencies(durations).percentile(99) }

        mutating func note(_ duration: Duration) { durations.append(duration) }
        mutating func noteFailure() { failures += 1 }
        mutating func note(peak value: Int) { peak = max(peak, value) }

        mutating func add(_ other: Outcome) {
            durations += other.durations
            failures += other.failures
            peak = max(peak, other.peak)
        }
    }

    private static let method = MethodDescriptor(service: "grpc.testing.TestService", name: "EmptyCall", kind: .unary)
    /// Between two calls. 500 µs: the caller must not be the one who fills the server.
    private static let pause = Duration.microseconds(500)
    private let group: EventLoopGroup
    private let channel: ClientChannel

    init(_ address: SocketAddress) throws {
        group = try EventLoopGroup(count: 1)
        channel = ClientChannel(group: group, host: address.host, port: address.port, tls: nil)
    }

    /// Calls until `isOver`; `watch` is asked now and then for a number whose largest is kept.
    func calls(watching watch: () -> Int = { 0 }, until isOver: () -> Bool) async -> Outcome {
        var outcome = Outcome()
        repeat {
            let start = ContinuousClock.now
            do {
                _ = try await channel.unary(Self.method, FramedMessage(payload: []), CallOptions(timeout: .seconds(20)))
                outcome.note(start.duration(to: .now))
            } catch {
                print("a good call failed: \(error)")
                outcome.noteFailure()
            }
            if outcome.durations.count % 4 == 0 { outcome.note(peak: watch()) }
            try? await Task.sleep(for: Self.pause)
        } while !isOver()
        outcome.note(peak: watch())
        return outcome
    }

    /// The longest turn of the server's loop since this was last asked, in CPU time; nil when it does not tell.
    func takeLongestTurn() async -> Duration? {
        let method = MethodDescriptor(service: "sampan.interop.Turns", name: "TakeLongest", kind: .unary)
        let options = CallOptions(timeout: .seconds(20))
        guard let reply = try? await channel.unary(method, FramedMessage(payload: []), options) else { return nil }
        return .nanoseconds(reply.message.reduce(0) { $0 << 8 | Int64($1) })
    }

    func close() async {
        await channel.shutdown()
        await group.shutdown()
    }
}
