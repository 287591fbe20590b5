import SampanTestSupport
import SampanHTTP2
import SampanRPC
import SampanSiege
import SampanTransport
import StoreTestSupport
import Testing

@Suite("Peers that misbehave", .timeLimit(.minutes(20)))
struct BadPeerTests {
    @Test("a peer that connects and says nothing is cut", arguments: [false, true])
    func silent(overTLS: Bool) async throws {
        var configuration = ServerConfiguration()
        configuration.setUpTimeout = .milliseconds(100)
        let trust = try LoopbackTrust()
        try await EchoFixture.with(
            configuration: configuration, serverTLS: overTLS ? trust.server() : nil, clientTLS: overTLS ? trust.client() : nil
        ) { fixture in
            let address = fixture.address
            async let ended = RawSocket.onThread { RawSocket(to: address)?.readToEnd() }
            try await fixture.echo()
            #expect(try await ended != nil)
            // A good peer may be silent for as long as it likes.
            try await fixture.echo()
        }
    }

    @Test("a server that accepts and says nothing is given up")
    func silentServer() async throws {
        let group = try EventLoopGroup(count: 1)
        let listener = try #require(try SilentListener())
        var habits = ChannelConfiguration()
        habits.setUpTimeout = .milliseconds(50)
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: listener.port, tls: nil, configuration: habits)
        #expect(await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: []), .defaults) } == .unavailable)
        await channel.shutdown()
        await group.shutdown()
    }

    @Test("connections above the limit are closed at once, and their places are free again later")
    func tooMany() async throws {
        var configuration = ServerConfiguration()
        configuration.maximumConnections = 2
        try await EchoFixture.with(configuration: configuration) { fixture in
            try await fixture.echo()
            let address = fixture.address
            let isClosed = try await RawSocket.onThread { () -> Bool in
                guard let kept = RawSocket(to: address), let extra = RawSocket(to: address) else { return false }
                defer { kept.write([]) }
                return extra.readToEnd() == []
            }
            #expect(isClosed)
            try await fixture.echo()
            let second = ClientChannel(group: fixture.group, host: address.host, port: address.port, tls: nil)
            var habit = CallOptions(timeout: .seconds(20))
            habit.waitForReady = true
            _ = try await second.unary(EchoService.unary, FramedMessage(payload: []), habit)
            await second.shutdown()
        }
    }

    @Test("garbage on two hundred connections does not disturb a good caller", arguments: [false, true])
    func garbage(overTLS: Bool) async throws {
        let seed: UInt64 = 20_260
        let trust = try LoopbackTrust()
        try await EchoFixture.with(
            loops: 2, serverTLS: overTLS ? trust.server() : nil, clientTLS: overTLS ? trust.client() : nil
        ) { fixture in
            let address = fixture.address
            async let closed = RawSocket.onThread { () -> Int in
                var random = SeededRandom(seed: seed)
                var closed = 0
                for index in 0..<200 {
                    guard let socket = RawSocket(to: address) else { continue }
                    socket.write(Self.openings[index % Self.openings.count])
                    for _ in 0..<Int.random(in: 1...4, using: &random) {
                        socket.write((0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
                    }
                    // Enough of zeroes for whatever length a frame or record claimed.
                    socket.write([UInt8](repeating: 0, count: 40_000))
                    if index % 4 == 0 { closed += socket.readToEnd() == nil ? 0 : 1 } else { closed += 1 }
                }
                return closed
            }
            for _ in 0..<300 { try await fixture.echo([UInt8](repeating: 5, count: 300)) }
            #expect(try await closed == 200, "seed \(seed)")
            try await fixture.echo()
        }
    }

    private static let openings: [[UInt8]] = [
        [], Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3],
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0],
    ]

    struct BadCall: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var path = "/test.Echo/Unary"
        var fields: [(String, String)] = []
        var without = ""
        var body: [UInt8] = [0, 0, 0, 0, 1, 7]
        /// The grpc-status, or `:status`, or `reset`.
        let expected: String
    }

    @Test(
        "bad calls get a status, and the connection goes on",
        arguments: [
            BadCall(testDescription: "good", expected: "0"), BadCall(testDescription: "no message", body: [], expected: "13"),
            BadCall(testDescription: "two messages", body: [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0], expected: "13"),
            BadCall(testDescription: "cut in the prefix", body: [0, 0, 0], expected: "13"),
            BadCall(testDescription: "cut in the payload", body: [0, 0, 0, 0, 9, 1], expected: "13"),
            BadCall(testDescription: "prefix of 4 GiB", body: [0, 255, 255, 255, 255, 1], expected: "8"),
            BadCall(testDescription: "prefix of 4 MiB + 1", body: [0, 0, 64, 0, 1, 1], expected: "8"),
            BadCall(testDescription: "compressed", body: [1, 0, 0, 0, 1, 7], expected: "13"),
            BadCall(testDescription: "flag 2", body: [2, 0, 0, 0, 1, 7], expected: "13"),
            BadCall(testDescription: "streaming, cut", path: "/test.Echo/Up", body: [0, 0, 0], expected: "13"),
            BadCall(testDescription: "unknown method", path: "/test.Echo/Nothing", expected: "12"),
            BadCall(testDescription: "no te", without: "te", expected: "13"),
            BadCall(testDescription: "JSON", fields: [("content-type", "application/json")], without: "content-type", expected: ":415"),
            BadCall(testDescription: "GET", fields: [(":method", "GET")], without: ":method", expected: ":405"),
            BadCall(testDescription: "timeout of nine digits", fields: [("grpc-timeout", "100000000S")], expected: "13"),
            BadCall(testDescription: "no base64", fields: [("x-bin", "?")], expected: "13"),
            BadCall(testDescription: "snappy", fields: [("grpc-encoding", "snappy")], expected: "12"),
            BadCall(testDescription: "gzip that is none", fields: [("grpc-encoding", "gzip")], body: [1, 0, 0, 0, 1, 7], expected: "13"),
            BadCall(testDescription: "17 KB of metadata", fields: [("x-a", String(repeating: "a", count: 17_000))], expected: "reset 11"),
        ])
    func badCalls(call: BadCall) async throws {
        try await EchoFixture.with { fixture in
            let address = fixture.address
            let outcome = try await RawSocket.onThread { () -> [String] in
                guard let caller = RawCaller(to: address) else { return ["no connection"] }
                let pseudo = call.fields.filter { $0.0.hasPrefix(":") }
                let rest = call.fields.filter { !$0.0.hasPrefix(":") }
                let head = pseudo + RawCaller.head.filter { $0.0 != call.without }.map { $0.0 == ":path" ? ($0.0, call.path) : $0 } + rest
                return [(head, call.body), (RawCaller.head, [0, 0, 0, 0, 0])].map { head, body in
                    do {
                        let stream = try caller.send(head, body: body)
                        guard try caller.wait(for: stream) else { return "silence" }
                        if let status = stream.fields["grpc-status"] { return status }
                        if let status = stream.fields[":status"] { return ":\(status)" }
                        return "reset \(stream.closure?.rawValue ?? 0)"
                    } catch {
                        return "\(error)"
                    }
                }
            }
            #expect(outcome == [call.expected, "0"])
        }
    }

    @Test("a client that disappears cancels its handler")
    func disappears() async throws {
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(interceptors: [interceptor]) { fixture in
            let address = fixture.address
            let began = try await RawSocket.onThread { () -> Bool in
                let head = RawCaller.head.map { $0.0 == ":path" ? ($0.0, "/test.Echo/Hang") : $0 }
                // A later call that is answered proves that the first is with its handler.
                guard let caller = RawCaller(to: address), (try? caller.send(head, body: [0, 0, 0, 0, 0])) != nil,
                    let second = try? caller.send(body: [0, 0, 0, 0, 0])
                else { return false }
                return (try? caller.wait(for: second)) == true
            }
            #expect(began)
            var iterator = fixture.cancellations.makeAsyncIterator()
            #expect(await iterator.next() != nil)
            var ends = interceptor.ends.makeAsyncIterator()
            #expect(await ends.next() == .ok)
            #expect(await ends.next() == .cancelled)
        }
    }
}
