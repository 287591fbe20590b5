import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Messages of a client's stream without waiting", .timeLimit(.minutes(20)))
struct AtHandTests {
    @Test("on the loop a stream takes what there is room for, and gives what has come; elsewhere neither")
    func roundTrip() async throws {
        try await EchoFixture.with { fixture in
            try await fixture.echo()
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            let loop = fixture.channel.core.loop
            let message = try FramedMessage(payload: [1])
            let wide = try FramedMessage(payload: [UInt8](repeating: 0, count: ChannelConfiguration().requestBufferBytes))
            #expect(try !stream.sendNow(message))
            #expect(try await !loop.run { () throws(RPCError) in try stream.sendNow(wide) })
            #expect(try await loop.run { () throws(RPCError) in try stream.sendNow(message) })
            #expect(try await Self.comes(stream, loop) == [1])
            // Still there for `next`, whose message nobody has taken meanwhile.
            #expect(try await loop.run { () throws(RPCError) in try stream.sendNow(message) })
            #expect(try await stream.next() == [1])
            await stream.finish()
            #expect(try await Self.comes(stream, loop) == nil)
            // An ended call takes nothing at once, and says so when asked to wait.
            #expect(try await !loop.run { () throws(RPCError) in try stream.sendNow(message) })
            #expect(await code { try await stream.send(message) } != nil)
        }
    }

    /// What is at hand once something is; nil for the end.
    private static func comes(_ stream: any ClientStream, _ loop: EventLoop) async throws -> [UInt8]? {
        while true {
            guard case .none = try stream.nextNow() else {
                Issue.record("something was at hand off the loop")
                return nil
            }
            switch try await loop.run({ () throws(RPCError) in try stream.nextNow() }) {
            case .none: await Task.yield()
            case .message(let bytes): return bytes
            case .end: return nil
            }
        }
    }
}
