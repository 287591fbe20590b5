internal import SampanRPC
internal import SampanTransport

/// A caller that keeps the rules: one small call after the other over one connection, each with a deadline, a pause between them.
final class GoodCaller: Sendable {
    struct Outcome: Sendable {
        let latencies: Latencies
        let failures: Int
        /// The most that `watch` said, meanwhile.
        let peak: Int
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
        var durations: [Duration] = []
        var (failures, peak) = (0, 0)
        repeat {
            let start = ContinuousClock.now
            do {
                _ = try await channel.unary(Self.method, FramedMessage(payload: []), CallOptions(timeout: .seconds(20)))
                durations.append(start.duration(to: .now))
            } catch {
                print("a good call failed: \(error)")
                failures += 1
            }
            if durations.count % 4 == 0 { peak = max(peak, watch()) }
            try? await Task.sleep(for: Self.pause)
        } while !isOver()
        return Outcome(latencies: Latencies(durations), failures: failures, peak: max(peak, watch()))
    }

    func close() async {
        await channel.shutdown()
        await group.shutdown()
    }
}
