import SampanRPC
import SampanTransport
import Testing

@Suite("grpcio calls our server", .timeLimit(.minutes(20)))
struct ForeignClientTests {
    private static let cases = [
        "sizes", "metadata", "status", "server_streaming", "client_streaming", "conversation", "deadline", "cancellation_by_client",
        "cancellation_by_server", "cancelled_stream", "unimplemented", "oversize", "concurrent", "identity", "graceful_shutdown",
    ]

    private static let methods = [
        MethodHandler(
            ListedMethods.descriptor("WhoAmI"),
            .unary { _, context in
                try FramedMessage(payload: Array((context.peer.identity?.uri ?? "nobody").utf8))
            }),
        MethodHandler(ListedMethods.descriptor("CancelMe"), .unary { _, _ in throw CancellationError() }),
    ]

    @Test("every case of Tests/Interop/echo_client.py", arguments: [false, true])
    func cases(overTLS: Bool) async throws {
        let trust = overTLS ? try LoopbackTrust() : nil
        try await EchoFixture.with(
            loops: 2, serverTLS: trust?.server(), clientTLS: trust?.client(), methods: Self.methods
        ) { fixture in
            let peer = try ForeignPeer(
                "echo_client.py", ["\(fixture.address.port)"], trust: trust, identity: "app/12330100470116100X/python")
            var passed: [String] = []
            var shutdown: Task<Void, Never>?
            let server = fixture.server
            while let line = try await peer.line(), line != "done" {
                if line == "open" {
                    shutdown = Task { await server.shutdown(grace: .seconds(60)) }
                } else if line.hasPrefix("ok ") {
                    passed.append(String(line.dropFirst(3)))
                } else {
                    Issue.record("\(line)")
                }
            }
            #expect(passed == Self.cases)
            await shutdown?.value
            // The deadline and the cancellation have both reached their handlers.
            var cancellations = fixture.cancellations.makeAsyncIterator()
            for _ in 0..<2 { #expect(await cancellations.next() != nil) }
        }
    }
}
