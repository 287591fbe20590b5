import SampanSiege
import SampanHTTP2
import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Limits of frames are what the configuration says", .timeLimit(.minutes(20)))
struct ConfiguredLimitTests {
    private typealias F = RawFrame

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let set: @Sendable (inout FrameLimits) -> Void
        /// Frames of the kind that every peer has sent by then.
        var spent = 0
        /// The n-th frame, from 0.
        let frame: @Sendable (UInt32) -> [UInt8]
    }

    static let rows: [Row] = [
        Row(testDescription: "resets", set: { $0.resets = 5 }) {
            F.head(2 * $0 + 1001, "/test.Echo/Up") + F.frame(F.reset, 0, 2 * $0 + 1001, F.word(8))
        },
        Row(testDescription: "pings", set: { $0.pings = 5 }) { _ in F.frame(F.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) },
        // The opening has one, and the answer to the server's.
        Row(testDescription: "settings", set: { $0.settings = 5 }, spent: 2) { _ in F.frame(F.settings) },
        Row(testDescription: "priorities", set: { $0.priorities = 5 }) { F.frame(F.priority, 0, 2 * $0 + 1001, F.word(0) + [1]) },
        Row(testDescription: "window updates", set: { $0.windowUpdates = 5 }) { _ in F.frame(F.windowUpdate, 0, 0, F.word(1)) },
        Row(testDescription: "empty data", set: { $0.emptyData = 5 }) {
            ($0 == 0 ? F.head(1001, "/test.Echo/Up") : []) + F.frame(F.data, 0, 1001)
        },
    ]

    @Test("as many as allowed are served, one more ends the connection", arguments: rows, [0, 1])
    func boundary(row: Row, surplus: Int) async throws {
        var configuration = ServerConfiguration()
        row.set(&configuration.frameLimits)
        try await EchoFixture.with(configuration: configuration) { fixture in
            let address = fixture.address
            let reaction = try await RawSocket.onThread { () -> ScriptedPeer.Reaction? in
                guard let peer = ScriptedPeer(to: address) else { return nil }
                let frames = (0..<UInt32(5 - row.spent + surplus)).flatMap { row.frame($0) }
                peer.socket.write(frames + F.call(9001))
                _ = peer.read(until: { $0.ended.contains(9001) })
                return peer.reaction
            }
            #expect(reaction?.ended.contains(9001) == (surplus == 0), "\(String(describing: reaction))")
            #expect(reaction?.goAway == (surplus == 0 ? nil : 11))
            // Nobody else's call.
            try await fixture.echo()
        }
    }

    @Test("a client cuts a server that floods it", arguments: ["PING", "SETTINGS", "header list"])
    func client(kind: String) async throws {
        var habits = ChannelConfiguration()
        habits.frameLimits.pings = 10
        habits.frameLimits.settings = 10
        habits.maximumHeaderListBytes = 1_000
        habits.setUpTimeout = .seconds(60)
        let flood: [UInt8] =
            switch kind {
            case "PING": (0..<100).flatMap { _ in F.frame(F.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) }
            case "SETTINGS": (0..<100).flatMap { _ in F.frame(F.settings) }
            default: F.frame(F.headers, F.endHeaders, 1, [0x88] + F.field("x-a", String(repeating: "a", count: 5_000)))
            }
        let group = try EventLoopGroup(count: 1)
        let listener = try #require(try SilentListener())
        let channel = ClientChannel(group: group, host: "127.0.0.1", port: listener.port, tls: nil, configuration: habits)
        // The call is on the wire with the server's SETTINGS, so the head of its answer may come at any time after them.
        let served = Task.immediate { try await RawSocket.onThread { listener.acceptAndSay(F.frame(F.settings), then: flood) } }
        #expect(
            await code { _ = try await channel.unary(EchoService.unary, FramedMessage(payload: [1]), CallOptions(timeout: .seconds(60))) }
                == .unavailable)
        try await served.value
        await channel.shutdown()
        await group.shutdown()
    }
}
