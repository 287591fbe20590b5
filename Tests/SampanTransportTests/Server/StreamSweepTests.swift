import SampanRPC
@testable import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Streams that may not go on", .timeLimit(.minutes(20)))
struct StreamSweepTests {
    private static let reason = RPCError(code: .permissionDenied, message: "the policy does not let it any more")

    private static func end(of stream: any ClientStream) async -> RPCError? {
        do {
            while try await stream.next() != nil {}
            return nil
        } catch {
            return error
        }
    }

    /// An open stream of which one message has come.
    private static func opened(_ fixture: EchoFixture, _ method: MethodDescriptor) async throws -> any ClientStream {
        let stream = try await fixture.channel.open(method, .defaults)
        try await stream.send(FramedMessage(payload: [1]))
        _ = try await stream.next()
        return stream
    }

    @Test("PL-05 open streams of one method end with the reason; other streams, unary calls and the connection go on", arguments: [1, 2])
    func sweep(loops: Int) async throws {
        try await EchoFixture.with(loops: loops) { fixture in
            // More than one turn asks about.
            var denied: [any ClientStream] = []
            for _ in 0..<60 { denied.append(try await Self.opened(fixture, EchoService.watch)) }
            let kept = try await Self.opened(fixture, EchoService.bidi)
            let channel = fixture.channel
            let hanging = Task.immediate { try await channel.unary(EchoService.hang, FramedMessage(payload: []), .defaults) }
            try await fixture.echo()
            let asked = Mutex<Set<String>>([])
            let ended = await fixture.server.endStreams { context in
                asked.withLock { _ = $0.insert(context.method.name) }
                return context.method == EchoService.watch ? Self.reason : nil
            }
            #expect(ended == 60)
            #expect(asked.withLock { $0 } == ["Watch", "Bidi"])
            for stream in denied {
                let error = await Self.end(of: stream)
                #expect(error?.code == .permissionDenied && error?.message == Self.reason.message)
            }
            try await kept.send(FramedMessage(payload: [2]))
            #expect(try await kept.next() == [2])
            try await fixture.echo()
            #expect(await fixture.server.endStreams { _ in nil } == 0)
            hanging.cancel()
            kept.cancel()
        }
    }
}
