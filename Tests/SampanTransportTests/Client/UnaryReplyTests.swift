import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Answers of unary calls", .timeLimit(.minutes(20)))
struct UnaryReplyTests {
    @Test("more than one answer, or none, is INTERNAL, with and without a policy", arguments: [0, 2, 3, 1_000], [false, true])
    func count(answers: Int, withPolicy: Bool) async throws {
        let config = try withPolicy ? ScriptedFixture.retry() : .none
        try await ScriptedFixture.with(config, script: { $0.answer(count: answers, [7]) }) { fixture in
            #expect(await code { try await fixture.call() } == .internal)
        }
    }

    @Test("a second answer ends the call at once, on the server too")
    func endless() async throws {
        try await ScriptedFixture.with(script: { call in
            call.say([1])
            call.say([2])
        }) { fixture in
            #expect(await code { try await fixture.call(CallOptions(timeout: .seconds(3_600))) } == .internal)
            #expect(await fixture.server.wait(for: .ended(HTTP2ErrorCode.cancel.rawValue)))
        }
    }

    @Test("a call whose task was cancelled before ends at once and reaches no server")
    func cancelledBefore() async throws {
        try await ScriptedFixture.with(script: { _ in }) { fixture in
            let fixed = fixture
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await code { try await fixed.call(CallOptions(timeout: .seconds(3_600))) }
            }
            task.cancel()
            #expect(await task.value == .cancelled)
            #expect(fixture.server.attempts == [])
        }
    }
}
