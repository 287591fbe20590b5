import SampanRPC
@testable import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Retries by policy", .timeLimit(.minutes(20)))
struct RetryTests {
    @Test("a retryable status is tried again up to the limit, and the server is told of the attempts before", arguments: [2, 4, 5])
    func exhausted(attempts: Int) async throws {
        try await ScriptedFixture.with(ScriptedFixture.retry(attempts: attempts), script: { $0.fail(.unavailable) }) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == Array(0..<attempts))
        }
    }

    @Test("the attempt that succeeds is the answer")
    func succeeds() async throws {
        try await ScriptedFixture.with(
            ScriptedFixture.retry(),
            script: { call in
                switch call.number {
                case 0: call.fail(.unavailable)
                case 1: call.hangUp()
                default: call.answer([UInt8(call.number)])
                }
            }
        ) { fixture in
            try await fixture.expect([2])
            #expect(fixture.server.attempts == [0, 1, 2])
        }
    }

    @Test("another status is not", arguments: [StatusCode.internal, .notFound, .deadlineExceeded])
    func fatal(status: StatusCode) async throws {
        try await ScriptedFixture.with(ScriptedFixture.retry(), script: { $0.fail(status) }) { fixture in
            #expect(await code { try await fixture.call() } == status)
            #expect(fixture.server.attempts == [0])
        }
    }

    @Test("a transparent retry is no attempt of the policy")
    func transparent() async throws {
        try await ScriptedFixture.with(
            ScriptedFixture.retry(attempts: 2),
            script: { call in
                call.number == 0 ? call.refuse() : call.fail(.unavailable)
            }
        ) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0, 0, 1])
        }
    }

    @Test("the server's pushback is kept", arguments: ["0", "30", "-1", "soon"])
    func pushback(text: String) async throws {
        // The policy's own wait would outlast the test.
        try await ScriptedFixture.with(
            ScriptedFixture.retry(backoff: .seconds(3_600)),
            script: { call in
                call.number == 0 ? call.fail(.unavailable, pushback: text) : call.answer([7])
            }
        ) { fixture in
            let began = ContinuousClock.now
            let outcome = await code { try await fixture.expect([7]) }
            let isAllowed = ["0", "30"].contains(text)
            #expect(outcome == (isAllowed ? nil : .unavailable))
            #expect(fixture.server.attempts == (isAllowed ? [0, 1] : [0]))
            if text == "30" { #expect(.now - began >= .milliseconds(28)) }
        }
    }

    @Test("a throttled channel makes one attempt, until calls succeed again")
    func throttled() async throws {
        final class Health: Sendable { let isGood = Atomic(false) }
        let health = Health()
        let config = try ScriptedFixture.retry(throttling: RetryThrottling(maximumTokens: 4, tokenRatio: 1))
        try await ScriptedFixture.with(
            config,
            script: { call in
                health.isGood.load(ordering: .relaxed) ? call.answer([7]) : call.fail(.unavailable)
            }
        ) { fixture in
            for _ in 0..<3 { #expect(await code { try await fixture.call() } == .unavailable) }
            // Four tokens: the first call falls to two on its second attempt, and from there on nothing is retried.
            #expect(fixture.server.attempts == [0, 1, 0, 0])
            health.isGood.store(true, ordering: .relaxed)
            for _ in 0..<4 { try await fixture.call() }
            health.isGood.store(false, ordering: .relaxed)
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0, 1, 0, 0, 0, 0, 0, 0, 0, 1])
        }
    }

    @Test("a stream's messages are sent again, and those that follow go to the attempt that counts")
    func streaming() async throws {
        try await ScriptedFixture.with(
            ScriptedFixture.retry(),
            script: { call in
                if call.number == 0 { call.fail(.unavailable) } else { call.whenWhole = { call.answer(call.body) } }
            }
        ) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await stream.send(FramedMessage(payload: [1]))
            try await stream.send(FramedMessage(payload: [2]))
            #expect(await fixture.server.wait(for: .called(previousAttempts: 1)))
            try await stream.send(FramedMessage(payload: [3]))
            await stream.finish()
            #expect(try await stream.next() == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 3])
            #expect(try await stream.next() == nil)
        }
    }

    @Test("a stream that sends more than is kept is not tried again")
    func tooMuch() async throws {
        var configuration = ChannelConfiguration()
        configuration.retryBufferBytes = 1_000
        try await ScriptedFixture.with(
            ScriptedFixture.retry(), configuration,
            script: { call in
                call.whenWhole = { call.fail(.unavailable) }
            }
        ) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            for _ in 0..<3 { try await stream.send(FramedMessage(payload: [UInt8](repeating: 1, count: 600))) }
            await stream.finish()
            #expect(await code { _ = try await stream.next() } == .unavailable)
            #expect(fixture.server.attempts == [0])
        }
    }

    @Test("one deadline covers all attempts")
    func deadline() async throws {
        try await ScriptedFixture.with(ScriptedFixture.retry(backoff: .seconds(3_600)), script: { $0.fail(.unavailable) }) { fixture in
            #expect(await code { try await fixture.call(CallOptions(timeout: .milliseconds(60))) } == .deadlineExceeded)
            #expect(fixture.server.attempts.count <= 1)
        }
    }

    @Test("a call that is cancelled while it waits for its next attempt ends at once, and makes none")
    func cancelled() async throws {
        try await ScriptedFixture.with(ScriptedFixture.retry(backoff: .seconds(3_600)), script: { $0.fail(.unavailable) }) { fixture in
            let task = Task { await code { try await fixture.call(CallOptions(timeout: .seconds(3_600))) } }
            #expect(await fixture.server.wait(for: .ended(0)))
            task.cancel()
            #expect(await task.value == .cancelled)
            #expect(fixture.server.attempts == [0])
        }
    }

    @Test("a message over the method's limit is not sent, and an answer over it is not taken")
    func sizes() async throws {
        let config = try ServiceConfig(methods: [
            MethodConfig(names: [.init(service: "test.Echo", method: "Bidi")], maximumRequestBytes: 3),
            MethodConfig(names: [.init(service: "test.Echo")], maximumRequestBytes: 4, maximumResponseBytes: 2),
        ])
        try await ScriptedFixture.with(config, script: { call in call.whenWhole = { call.answer(call.body) } }) { fixture in
            let channel = fixture.channel
            for (size, reached) in [(0, 1), (4, 2), (5, 2)] {
                let request = try FramedMessage(payload: [UInt8](repeating: 0, count: size))
                #expect(await code { _ = try await channel.unary(EchoService.unary, request, .defaults) } == .resourceExhausted)
                #expect(fixture.server.attempts.count == reached)
            }
            let stream = try await channel.open(EchoService.bidi, .defaults)
            #expect(await code { try await stream.send(FramedMessage(payload: [1, 2, 3, 4])) } == .resourceExhausted)
            try await stream.send(FramedMessage(payload: [1, 2, 3]))
            await stream.finish()
            #expect(try await stream.next() == [0, 0, 0, 0, 3, 1, 2, 3])
        }
    }

    @Test("a method's timeout shortens a call's")
    func timeout() async throws {
        let config = try ServiceConfig(methods: [MethodConfig(names: [.init()], timeout: .milliseconds(40))])
        try await ScriptedFixture.with(config, script: { _ in }) { fixture in
            #expect(await code { try await fixture.call(CallOptions(timeout: .seconds(3_600))) } == .deadlineExceeded)
        }
    }
}
