import SampanSiege
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Limits of messages", .timeLimit(.minutes(20)))
struct MessageLimitTests {
    private static var configuration: ServerConfiguration {
        var configuration = ServerConfiguration()
        configuration.maximumMessageBytes = 1_000
        configuration.maximumMessageBytesByMethod = ["test.Echo": 100, "test.Echo/Up": 2_000_000]
        return configuration
    }

    @Test(
        "the prefix alone is refused, before any of the message has come",
        arguments: [
            ("/test.Echo/Unary", 101, true), ("/test.Echo/Unary", 100, false), ("/test.Echo/Up", 2_000_001, true),
            ("/test.Echo/Up", 2_000_000, false), ("/test.Listed/Deaf", 1_001, true), ("/test.Listed/Deaf", 1_000, false),
        ])
    func prefix(path: String, length: UInt32, isRefused: Bool) async throws {
        try await EchoFixture.with(configuration: Self.configuration, methods: [Deaf.handler]) { fixture in
            let address = fixture.address
            let status = try await RawSocket.onThread { () -> String? in
                guard let caller = RawCaller(to: address) else { return "no connection" }
                let head = RawCaller.head.map { $0.0 == ":path" ? ($0.0, path) : $0 }
                guard let stream = try? caller.send(head, body: [0] + RawFrame.word(length), ends: false) else { return "not sent" }
                // An answer to what was sent after it: whatever the server says of the first call has come by then.
                guard let fence = try? caller.send(body: [0, 0, 0, 0, 0]), (try? caller.wait(for: fence)) == true else { return "silence" }
                guard isRefused else { return stream.fields["grpc-status"] }
                return (try? caller.wait(for: stream)) == true ? stream.fields["grpc-status"] : "silence"
            }
            #expect(status == (isRefused ? "8" : nil))
        }
    }

    @Test("a large message of the method that may have it, and what it inflates to, are taken")
    func large() async throws {
        try await EchoFixture.with(configuration: Self.configuration) { fixture in
            for compression in [MessageEncoding.identity, .gzip] {
                let stream = try await fixture.channel.open(EchoService.up, CallOptions(compression: compression))
                try await stream.send(FramedMessage(payload: [UInt8](repeating: 7, count: 2_000_000)))
                await stream.finish()
                #expect(try await stream.next() == Array("2000000".utf8))
            }
            let bomb = [UInt8](repeating: 7, count: 101)
            #expect(await code { try await fixture.echo(bomb, CallOptions(compression: .gzip)) } == .resourceExhausted)
        }
    }

    @Test("a name that is not served is refused at the start", arguments: ["test.Ehco", "test.Echo/Un", "/test.Echo/Up", ""])
    func misspelt(name: String) async throws {
        let group = try EventLoopGroup(count: 1)
        var configuration = ServerConfiguration()
        configuration.maximumMessageBytesByMethod = ["test.Echo": 100, name: 100]
        #expect(throws: RouteError.unknownName(name)) {
            try GRPCServer(
                group: group, services: [EchoService(cancellations: AsyncStream.makeStream(of: Void.self).continuation)],
                configuration: configuration, tls: nil)
        }
        await group.shutdown()
    }
}
