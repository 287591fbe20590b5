import SampanHTTP2
import SampanRPC
import SampanSiege
import SampanTestSupport
import SampanTransport
import Testing

/// Everything that ends calls and connections, all at once: what a sanitizer has to see (`Scripts/sanitize`), and what must lose no call.
@Suite("Storms", .timeLimit(.minutes(20)))
struct StormTests {
    /// Ends that a call of a storm may come to: it was answered, given up, or lost with its connection.
    private static let lawful: Set<StatusCode?> = [nil, .cancelled, .deadlineExceeded, .unavailable, .failedPrecondition]

    @Test(
        "cancelled, timed out, dropped, and overtaken by connections that grow old and are cut: every call ends",
        arguments: [1, 2] as [UInt64], [false, true])
    func calls(seed: UInt64, overTLS: Bool) async throws {
        let trust = try LoopbackTrust()
        var configuration = ServerConfiguration()
        // GOAWAY every few turns, and a cut soon after: calls are renewed on the next connection, and die with the last.
        configuration.maximumConnectionAge = .milliseconds(15)
        configuration.connectionAgeGrace = .milliseconds(10)
        var habits = ChannelConfiguration()
        habits.initialBackoff = .milliseconds(1)
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(
            loops: 2, configuration: configuration, serverTLS: overTLS ? trust.server() : nil, clientTLS: overTLS ? trust.client() : nil,
            channelConfiguration: habits, interceptors: [interceptor]
        ) { fixture in
            let codes = await withTaskGroup(of: [StatusCode?].self) { tasks in
                for caller in 0..<8 as Range<UInt64> {
                    tasks.addTask {
                        var random = SeededRandom(seed: seed << 8 | caller)
                        var codes: [StatusCode?] = []
                        for _ in 0..<40 { codes.append(await Self.play(fixture, &random)) }
                        return codes
                    }
                }
                return await tasks.reduce(into: []) { $0 += $1 }
            }
            #expect(codes.count == 320 && codes.allSatisfy(Self.lawful.contains), "seed \(seed): \(Set(codes))")
            #expect(codes.contains(nil) && codes.contains(.cancelled), "seed \(seed)")
            await fixture.channel.shutdown(grace: .zero)
            await fixture.server.shutdown(grace: .zero)
        }
        #expect(interceptor.admitted.count == interceptor.finished.count, "seed \(seed)")
    }

    @Test("resets while handlers run, and connections cut with their calls: each handler ends", arguments: [1, 2] as [UInt64])
    func resets(seed: UInt64) async throws {
        typealias F = RawFrame
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(loops: 2, interceptors: [interceptor]) { fixture in
            let address = fixture.address
            let cut = try await RawSocket.onThread { () -> Int in
                var random = SeededRandom(seed: seed)
                var cut = 0
                for _ in 0..<30 {
                    guard let socket = RawSocket(to: address) else { continue }
                    socket.write(F.opening)
                    var bytes: [UInt8] = []
                    for index in 0..<UInt32.random(in: 1...20, using: &random) {
                        let path = ["/test.Echo/Hang", "/test.Echo/Bidi", "/test.Echo/Unary"].randomElement(using: &random) ?? ""
                        bytes += F.head(1 + 2 * index, path)
                        if Bool.random(using: &random) { bytes += F.frame(F.data, F.endStream, 1 + 2 * index, [0, 0, 0, 0, 1, 7]) }
                        if Bool.random(using: &random) { bytes += F.frame(F.reset, 0, 1 + 2 * index, [0, 0, 0, 8]) }
                    }
                    socket.write(bytes)
                    // Some peers wait for an answer before they go, the others just go.
                    if Bool.random(using: &random) { _ = socket.read() }
                    cut += 1
                }
                return cut
            }
            #expect(cut == 30, "seed \(seed)")
            try await fixture.echo()
            await fixture.server.shutdown(grace: .zero)
        }
        #expect(interceptor.admitted.count == interceptor.finished.count, "seed \(seed)")
    }

    /// One call of a kind that the seed chooses; how it ended.
    private static func play(_ fixture: EchoFixture, _ random: inout SeededRandom) async -> StatusCode? {
        let channel = fixture.channel
        let payload = [UInt8](repeating: 7, count: Int.random(in: 0..<20_000, using: &random))
        let timeout = CallOptions(timeout: .milliseconds(Int.random(in: 1...30, using: &random)))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return await code { try await fixture.echo(payload, timeout) }
        case 1: return await code { _ = try await channel.unary(EchoService.hang, FramedMessage(payload: payload), timeout) }
        case 2: return await code { _ = try await channel.unary(EchoService.fail, FramedMessage(payload: payload), .defaults) }
        case 3:
            let call = Task { try await channel.unary(EchoService.hang, FramedMessage(payload: payload), .defaults) }
            if Bool.random(using: &random) { await Detour.shared.pass() }
            call.cancel()
            return await code { _ = try await call.value }
        case 4:
            // Dropped while its handler waits.
            return await code {
                let stream = try await channel.open(EchoService.bidi, .defaults)
                try await stream.send(FramedMessage(payload: payload))
            }
        case 5:
            return await code {
                let stream = try await channel.open(EchoService.bidi, .defaults)
                for _ in 0..<4 {
                    try await stream.send(FramedMessage(payload: payload))
                    _ = try await stream.next()
                }
                await stream.finish()
                while try await stream.next() != nil {}
            }
        default: return await code { try await fixture.echo(payload) }
        }
    }
}
