import SampanCompression
import SampanRPC
import SampanSiege
@testable import SampanTransport
import Testing

@Suite("Compressed calls over loopback", .timeLimit(.minutes(20)))
struct CompressionTests {
    private static let large = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 / 1_000) }

    /// Says which requests were compressed, and compresses its answers.
    private static let methods = [
        MethodHandler(
            ListedMethods.descriptor("Unary"),
            .unary { request, context in
                context.compressesResponses = true
                return try FramedMessage(payload: [context.lastRequestWasCompressed ? 1 : 0] + request)
            }),
        MethodHandler(
            ListedMethods.descriptor("Bidi", .bidirectionalStreaming),
            .streaming { requests, responses, context in
                context.compressesResponses = true
                while let request = try await requests.next() {
                    var frame = try FramedMessage(payload: [context.lastRequestWasCompressed ? 1 : 0] + request)
                    frame.isCompressible = request.count % 2 == 0
                    try await responses.send(frame)
                }
            }),
    ]

    @Test("unary, with and without", arguments: [MessageEncoding.identity, .gzip])
    func unary(encoding: MessageEncoding) async throws {
        try await EchoFixture.with(methods: Self.methods) { fixture in
            let reply = try await fixture.channel.unary(
                ListedMethods.descriptor("Unary"), FramedMessage(payload: Self.large), CallOptions(compression: encoding))
            #expect(reply.message == [encoding == .gzip ? 1 : 0] + Self.large)
            #expect(reply.initialMetadata.isEmpty)
        }
    }

    @Test("each message of a compressed call may go as it is; one that would grow does")
    func stream() async throws {
        try await EchoFixture.with(methods: Self.methods) { fixture in
            let stream = try await fixture.channel.open(
                ListedMethods.descriptor("Bidi", .bidirectionalStreaming), CallOptions(compression: .gzip))
            for (payload, isCompressible, expected) in [
                (Self.large, true, 1), (Self.large, false, 0), ([1], true, 0), ([], true, 0), (Self.large + [1], true, 1),
            ] as [([UInt8], Bool, UInt8)] {
                var frame = try FramedMessage(payload: payload)
                frame.isCompressible = isCompressible
                try await stream.send(frame)
                #expect(try await stream.next() == [expected] + payload)
            }
            await stream.finish()
            #expect(try await stream.next() == nil)
        }
    }

    @Test("on the wire: gzip only for those who take it", arguments: [(nil, false), ("identity", false), ("identity, deflate,gzip", true)])
    func onTheWire(accepted: String?, compresses: Bool) async throws {
        try await EchoFixture.with(methods: Self.methods) { fixture in
            let head = Self.head("/test.Listed/Unary") + (accepted.map { [("grpc-accept-encoding", $0)] } ?? [])
            let request = [UInt8](repeating: 0, count: 3_000)
            let answer = try await Self.ask(fixture.address, head, FramedMessage(payload: request).bytes)
            #expect(answer.fields["grpc-encoding"] == (compresses ? "gzip" : nil))
            #expect(answer.fields["grpc-accept-encoding"] == (accepted == nil ? nil : "identity,gzip"))
            #expect(answer.body.first == (compresses ? 1 : 0))
            #expect((answer.body.count < 1_000) == compresses)
        }
    }

    @Test("an unknown encoding is refused with the known ones")
    func unknown() async throws {
        try await EchoFixture.with { fixture in
            let answer = try await Self.ask(fixture.address, RawCaller.head + [("grpc-encoding", "br")], [1, 0, 0, 0, 0])
            #expect(answer.fields["grpc-status"] == "12")
            #expect(answer.fields["grpc-accept-encoding"] == "identity,gzip")
        }
    }

    @Test("the inflated size counts against the limit, at the boundary", arguments: ["/test.Echo/Unary", "/test.Echo/Up"])
    func limit(path: String) async throws {
        var configuration = ServerConfiguration()
        configuration.maximumMessageBytes = 10_000
        try await EchoFixture.with(configuration: configuration) { fixture in
            for (size, expected) in [(10_000, "0"), (10_001, "8"), (30_000_000, "8")] {
                let prefix = FramedMessage.prefixLength
                let packed = try Gzip.compress([UInt8](repeating: 0, count: prefix + size), prefixLength: prefix)
                // A bomb whose own length passes the limit is refused for that; so the large one is cut, with its trailer kept.
                let bomb = packed.count <= 10_005 ? packed : Array(packed.prefix(9_000) + packed.suffix(8))
                let body = try FramedMessage(bufferWithPrefixRoom: bomb, isCompressed: true).bytes
                let answer = try await Self.ask(fixture.address, Self.head(path) + [("grpc-encoding", "gzip")], body)
                #expect(answer.fields["grpc-status"] == expected, "\(size) bytes")
            }
        }
    }

    @Test("a client's limit holds for compressed answers too, and the call ends on both sides")
    func clientLimit() async throws {
        let interceptor = RecordingInterceptor()
        try await EchoFixture.with(interceptors: [interceptor], methods: Self.methods) { fixture in
            let options = CallOptions(maximumResponseBytes: 10_000)
            #expect(
                await code {
                    _ = try await fixture.channel.unary(ListedMethods.descriptor("Unary"), FramedMessage(payload: Self.large), options)
                } == .resourceExhausted)
            let stream = try await fixture.channel.open(ListedMethods.descriptor("Bidi", .bidirectionalStreaming), options)
            try await stream.send(FramedMessage(payload: Self.large))
            #expect(await code { _ = try await stream.next() } == .resourceExhausted)
            #expect(await code { _ = try await stream.next() } == .resourceExhausted)
            var ends = interceptor.ends.makeAsyncIterator()
            #expect(await ends.next() == .ok)
            #expect(await ends.next() == .cancelled)
            try await fixture.echo()
        }
    }

    private static func head(_ path: String) -> [(String, String)] { RawCaller.head.map { $0.0 == ":path" ? ($0.0, path) : $0 } }

    private static func ask(
        _ address: SocketAddress, _ head: [(String, String)], _ body: [UInt8]
    ) async throws -> (fields: [String: String], body: [UInt8]) {
        try await RawSocket.onThread { () -> (fields: [String: String], body: [UInt8]) in
            guard let caller = RawCaller(to: address), let stream = try? caller.send(head, body: body),
                (try? caller.wait(for: stream)) == true
            else { return ([:], []) }
            return (stream.fields, stream.body)
        }
    }
}
