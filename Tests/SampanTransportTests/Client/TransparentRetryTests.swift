import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Transparent retry", .timeLimit(.minutes(20)))
struct TransparentRetryTests {
    @Test("a stream that the server refuses is sent once more")
    func refusedOnce() async throws {
        try await ScriptedFixture.with(script: { call in call.number == 0 ? call.refuse() : call.answer([7]) }) { fixture in
            try await fixture.expect([7])
            // To the server it is the first attempt of the call, both times.
            #expect(fixture.server.attempts == [0, 0])
        }
    }

    @Test("and not a third time")
    func refusedTwice() async throws {
        try await ScriptedFixture.with(script: { $0.refuse() }) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0, 0])
        }
    }

    @Test("a call that a GOAWAY leaves out succeeds on the next connection")
    func disowned() async throws {
        try await ScriptedFixture.with(script: { call in call.number == 0 ? call.disown() : call.answer([7]) }) { fixture in
            try await fixture.expect([7])
            #expect(fixture.server.connectionCount == 2)
        }
    }

    @Test("what a stream has sent is sent again")
    func disownedStream() async throws {
        try await ScriptedFixture.with(script: { call in
            if call.number == 0 {
                call.whenWhole = { call.disown() }
            } else {
                call.whenWhole = { call.answer(call.body) }
            }
        }) { fixture in
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            for index in 0..<3 as Range<UInt8> { try await stream.send(FramedMessage(payload: [index, index])) }
            await stream.finish()
            let body: [UInt8] = [0, 0, 0, 0, 2, 0, 0] + [0, 0, 0, 0, 2, 1, 1] + [0, 0, 0, 0, 2, 2, 2]
            #expect(try await stream.next() == body)
            #expect(try await stream.next() == nil)
        }
    }

    @Test("a stream that has sent more than is kept is not sent again; one message is kept whatever its size", arguments: [1, 2])
    func tooMuch(messages: Int) async throws {
        var configuration = ChannelConfiguration()
        configuration.retryBufferBytes = 1_000
        try await ScriptedFixture.with(
            .none, configuration,
            script: { call in
                if call.number == 0 { call.whenWhole = { call.disown() } } else { call.whenWhole = { call.answer([7]) } }
            }
        ) { fixture in
            // On the wire before its messages, or they would all be kept for it.
            let stream = try await fixture.channel.open(EchoService.bidi, .defaults)
            #expect(await fixture.server.wait(for: .called(previousAttempts: 0)))
            for _ in 0..<messages { try await stream.send(FramedMessage(payload: [UInt8](repeating: 1, count: 1_000))) }
            await stream.finish()
            let outcome = await code { _ = try await stream.next() }
            #expect(outcome == (messages == 1 ? nil : .unavailable))
        }
    }

    @Test("a call whose answer has begun is never sent again")
    func answered() async throws {
        try await ScriptedFixture.with(
            ScriptedFixture.retry(),
            script: { call in
                call.head()
                call.hangUp()
            }
        ) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0])
        }
    }

    @Test("a call that may have reached its handler fails when its connection is lost, without a policy")
    func lost() async throws {
        try await ScriptedFixture.with(script: { $0.hangUp() }) { fixture in
            #expect(await code { try await fixture.call() } == .unavailable)
            #expect(fixture.server.attempts == [0])
        }
    }

    @Test("calls that never left this side survive any number of connections that end before them")
    func neverLeft() async throws {
        try await ScriptedFixture.with(script: { $0.answer([7]) }) { fixture in
            try await fixture.call()
            for _ in 0..<3 {
                // Queued on a connection that closes in the same turn.
                let core = fixture.channel.core
                let channel = fixture.channel
                let calls = await core.loop.run {
                    let calls = (0..<3).map { _ in
                        let call = ClientCall(
                            method: EchoService.unary, options: .defaults, loop: core.loop,
                            expires: core.loop.nowNanoseconds + 20_000_000_000, limits: core.callLimits)
                        if let message = try? FramedMessage(payload: [1]) { call.sendOnly(message) }
                        core.submit(call)
                        return call
                    }
                    core.preferred?.close(.peerClosed)
                    return calls
                }
                for call in calls { #expect(try await call.next() == [7]) }
                withExtendedLifetime(channel) {}
            }
        }
    }

    @Test("calls that wait for a place on a connection that is lost get one on the next")
    func waitingForPlace() async throws {
        try await EchoFixture.with { fixture in
            // The server takes 1,000 streams at once: the rest waits, and the first connection goes meanwhile.
            try await fixture.echo()
            let core = fixture.channel.core
            try await withThrowingTaskGroup(of: StatusCode?.self) { tasks in
                for index in 0..<3_000 {
                    tasks.addTask {
                        if index == 1_500 { await core.loop.run { core.preferred?.close(.peerClosed) } }
                        return await code { try await fixture.echo() }
                    }
                }
                for try await outcome in tasks { #expect(outcome == nil || outcome == .unavailable) }
            }
            try await fixture.echo()
        }
    }
}
