import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("One connection after another", .timeLimit(.minutes(20)))
struct SuccessionTests {
    @Test("a connection that has used up its stream ids gets a successor, and its calls go on")
    func streamIDs() async throws {
        try await EchoFixture.with { fixture in
            try await fixture.echo()
            let core = fixture.channel.core
            await core.loop.run { core.preferred?.session.skipStreamIDs(to: .max) }
            // The last id there is.
            let last = try await fixture.channel.open(EchoService.bidi, .defaults)
            try await last.send(FramedMessage(payload: [1]))
            #expect(try await last.next() == [1])
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<100 { tasks.addTask { try await fixture.echo() } }
                try await tasks.waitForAll()
            }
            try await last.send(FramedMessage(payload: [2]))
            #expect(try await last.next() == [2])
            await last.finish()
            #expect(try await last.next() == nil)
        }
    }
}
