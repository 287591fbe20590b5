import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Hedging", .timeLimit(.minutes(20)))
struct HedgingTests {
    private static func config(_ attempts: Int, _ delay: Duration = .milliseconds(5)) throws -> ServiceConfig {
        try ScriptedFixture.config(
            .hedging(HedgingPolicy(maximumAttempts: attempts, delay: delay, nonFatalCodes: [.unavailable])))
    }

    @Test("the first answer counts, and the others are cancelled on the wire", arguments: [Duration.zero, .milliseconds(5)])
    func firstAnswer(delay: Duration) async throws {
        try await ScriptedFixture.with(Self.config(3, delay), script: { call in if call.number == 2 { call.answer([7]) } }) { fixture in
            try await fixture.expect([7])
            #expect(fixture.server.attempts == [0, 1, 2])
            #expect(await fixture.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
            #expect(await fixture.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
        }
    }

    @Test("a non-fatal status brings the next attempt at once, and the last one counts")
    func nonFatal() async throws {
        try await ScriptedFixture.with(Self.config(3, .seconds(3_600)), script: { $0.fail(.unavailable) }) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0, 1, 2])
        }
    }

    @Test("a fatal status ends the call and cancels the rest")
    func fatal() async throws {
        try await ScriptedFixture.with(Self.config(2), script: { call in if call.number == 1 { call.fail(.notFound) } }) { fixture in
            #expect(await code { try await fixture.call() } == .notFound)
            #expect(await fixture.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
        }
    }

    @Test("a call that is cancelled cancels every attempt")
    func cancelled() async throws {
        try await ScriptedFixture.with(Self.config(3, .zero), script: { _ in }) { fixture in
            let task = Task { await code { try await fixture.call() } }
            #expect(await fixture.server.wait(for: .called(previousAttempts: 2)))
            task.cancel()
            #expect(await task.value == .cancelled)
            for _ in 0..<3 { #expect(await fixture.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue))) }
        }
    }

    @Test("a conversation is hedged until its answer begins")
    func streaming() async throws {
        try await ScriptedFixture.with(
            Self.config(2, .zero),
            script: { call in
                call.whenWhole = { if call.number == 1 { call.answer(call.body) } }
            }
        ) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            for index in 0..<3 as Range<UInt8> { try await stream.send(FramedMessage(payload: [index])) }
            await stream.finish()
            #expect(try await stream.next() == [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 2])
            #expect(try await stream.next() == nil)
        }
    }
}
