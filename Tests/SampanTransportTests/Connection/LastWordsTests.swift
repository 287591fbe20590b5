import SampanHTTP2
@testable import SampanTransport
import Testing

@Suite("What a peer had said before it went", .timeLimit(.minutes(20)))
struct LastWordsTests {
    private static let calls = 250

    /// The server hears of all calls, answers them, and goes, with bytes unread: what the client says then is answered with a reset.
    private static func answer(_ calls: [ConnectionPair.Stream], _ pair: ConnectionPair) throws {
        for call in calls { try pair.submit(call) }
        pair.client.flush()
        pair.deliver(calls: calls.count)
        pair.answer()
        pair.client.session.ping(.keepalive)
        pair.client.flush()
        #expect(ConnectionPair.hears(pair.server.socket))
        pair.server.close(.finished)
        #expect(ConnectionPair.hearsReset(pair.client.socket))
    }

    @Test(
        "answers that have come count although a write fails, also those that were put off to the next turn",
        arguments: [false, true], [false, true])
    func answered(overTLS: Bool, hasRead: Bool) async throws {
        let loop = try EventLoop()
        let trust = overTLS ? try LoopbackTrust() : nil
        let pair = try await ConnectionPair.open(on: loop, trust)
        let (codes, reason) = try await loop.run { () throws -> ([HTTP2ErrorCode?], CloseReason?) in
            // More than one turn takes of a connection.
            let calls = (0..<Self.calls).map { _ in ConnectionPair.Stream() }
            try Self.answer(calls, pair)
            if hasRead {
                pair.client.ready(.readable)
                #expect(!pair.client.postponedInput.isEmpty)
            }
            pair.client.session.ping(.keepalive)
            pair.client.flush()
            return (calls.map(\.closure), pair.owners.client.reason)
        }
        #expect(codes.count { $0 == .noError } == Self.calls)
        switch reason {
        case .socket(let error): #expect(error.call == "send")
        // The last that the server has said, over TLS, is that it goes.
        case .peerClosed: #expect(overTLS)
        default: Issue.record("\(String(describing: reason))")
        }
        await loop.stop()
    }
}
