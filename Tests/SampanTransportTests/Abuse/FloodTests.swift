import SampanTransport
import Testing

@Suite("Floods", .timeLimit(.minutes(1)))
struct FloodTests {
    private typealias F = RawFrame

    struct Flood: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What comes before the flood.
        var before: [UInt8] = []
        /// How many times `frame` is sent at most: far over the default limit.
        var count = 5_000
        /// What nghttp2 may make of it before it is too much for us.
        var alternative: UInt32 = 11
        /// The n-th piece of the flood, from 0.
        let frame: @Sendable (UInt32) -> [UInt8]
    }

    private static let open = F.head(1, "/test.Echo/Up")

    static let floods: [Flood] = [
        Flood(testDescription: "rapid reset (CVE-2023-44487)") {
            F.head(2 * $0 + 1, "/test.Echo/Hang") + F.frame(F.reset, 0, 2 * $0 + 1, F.word(8))
        },
        Flood(testDescription: "calls that are answered, then reset") { F.call(2 * $0 + 1) + F.frame(F.reset, 0, 2 * $0 + 1, F.word(8)) },
        // Their streams are open until our resets leave: 1,001 of them in one turn are over the other limit.
        Flood(testDescription: "resets that we are made to send (CVE-2025-8671)", alternative: 1) {
            F.head(2 * $0 + 1, "/test.Echo/Up") + F.frame(F.windowUpdate, 0, 2 * $0 + 1, F.word(0x7FFF_FFFF))
        },
        Flood(testDescription: "malformed heads", alternative: 1) { F.frame(F.headers, 5, 2 * $0 + 1, F.block(without: ":path")) },
        Flood(testDescription: "streams over the limit", alternative: 1) { F.head(2 * $0 + 1, "/test.Echo/Up") },
        Flood(testDescription: "SETTINGS") { _ in F.frame(F.settings, 0, 0, F.setting(3, 9)) },
        Flood(testDescription: "SETTINGS acknowledgements", alternative: 1) { _ in F.frame(F.settings, 1) },
        Flood(testDescription: "PING") { _ in F.frame(F.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]) },
        Flood(testDescription: "PING acknowledgements") { _ in F.frame(F.ping, 1, 0, [1, 2, 3, 4, 5, 6, 7, 8]) },
        Flood(testDescription: "PRIORITY") { F.frame(F.priority, 0, 2 * ($0 % 500) + 1, F.word(0) + [1]) },
        Flood(testDescription: "WINDOW_UPDATE of the connection") { _ in F.frame(F.windowUpdate, 0, 0, F.word(1)) },
        Flood(testDescription: "WINDOW_UPDATE of a stream", before: open) { _ in F.frame(F.windowUpdate, 0, 1, F.word(1)) },
        Flood(testDescription: "empty DATA", before: open) { _ in F.frame(F.data, 0, 1) },
        Flood(testDescription: "DATA of padding alone", before: open) { _ in
            F.frame(F.data, F.padded, 1, [255] + [UInt8](repeating: 0, count: 255))
        },
        Flood(testDescription: "GOAWAY") { _ in F.frame(F.goAway, 0, 0, F.word(0) + F.word(0)) },
        Flood(testDescription: "CONTINUATION (CVE-2024-27316)", before: F.frame(F.headers, 0, 1, F.block())) { _ in
            F.frame(F.continuation, 0, 1)
        },
        Flood(testDescription: "CONTINUATION with fields", before: F.frame(F.headers, 0, 1, F.block())) { _ in
            F.frame(F.continuation, 0, 1, F.field("x-a", "1"))
        },
        Flood(
            testDescription: "HPACK bombs",
            before: F.frame(F.headers, 5, 1, F.block() + F.field("x-a", String(repeating: "a", count: 3_900), first: 0x40)),
            alternative: 1
        ) {
            F.frame(F.headers, 5, 2 * $0 + 3, F.block() + [UInt8](repeating: 0xBE, count: 8))
        },
    ]

    @Test("the offender is cut with ENHANCE_YOUR_CALM, and nobody else notices", arguments: floods)
    func cut(flood: Flood) async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            guard let peer = ScriptedPeer(to: address) else { return nil }
            peer.socket.write(flood.before)
            for batch in 0..<UInt32(flood.count / 100) {
                guard peer.socket.write((0..<100).flatMap { flood.frame(batch * 100 + $0) }) else { break }
            }
            return peer.untilClosed()
        }
        let code = result.outcome?.goAway
        #expect(code == 11 || code == flood.alternative, "\(String(describing: result.outcome))")
        #expect(result.outcome?.isClosed == true)
        #expect(result.heldBytes < 1_024 * 1_024)
    }

    @Test("one HPACK bomb, a list over four times the limit though its block is small, ends its connection")
    func bomb() async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            let entry = F.field("x-a", String(repeating: "a", count: 3_900), first: 0x40)
            return ScriptedPeer(to: address)?.provoke(F.frame(F.headers, 5, 1, F.block() + entry + [UInt8](repeating: 0xBE, count: 10_000)))
        }
        #expect(result.outcome?.goAway == 11)
        #expect(result.outcome?.isClosed == true)
    }

    @Test(
        "a header list over the limit ends its stream, one over four times the limit its connection",
        arguments: [(12_000, 0), (17_000, 1), (70_000, 2)])
    func headerList(bytes: Int, expected: Int) async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            let block = F.block("/test.Echo/Unary", (0..<bytes / 1_000).map { ("x-\($0)", String(repeating: "v", count: 1_000)) })
            let pieces = stride(from: 0, to: block.count, by: 16_384).map { Array(block[$0..<min($0 + 16_384, block.count)]) }
            var bytes = F.frame(F.headers, pieces.count == 1 ? 4 : 0, 1, pieces[0])
            for (index, piece) in pieces.enumerated().dropFirst() {
                bytes += F.frame(F.continuation, index == pieces.count - 1 ? 4 : 0, 1, piece)
            }
            return ScriptedPeer(to: address)?.provoke(bytes + F.frame(F.data, 1, 1, [0, 0, 0, 0, 0]))
        }
        let reaction = try #require(result.outcome)
        switch expected {
        case 0: #expect(reaction.ended == [1] && reaction.resets.isEmpty)
        case 1: #expect(reaction.resets == [1: 11] && !reaction.isClosed)
        default: #expect(reaction.goAway == 11 && reaction.isClosed)
        }
    }

    @Test("frames of unknown types are ignored, however many")
    func unknown() async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            ScriptedPeer(to: address)?.provoke((0..<20_000).flatMap { F.frame(UInt8(0x20 + $0 % 200), 0, UInt32($0 % 7), [1]) } + F.call(1))
        }
        #expect(result.outcome?.ended == [1])
        #expect(result.outcome?.goAway == nil)
    }

    @Test("a peer that stays within its limits is served: pings and windows in step with its answers")
    func lawful() async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            guard let peer = ScriptedPeer(to: address) else { return nil }
            for index in 0..<1_500 as Range<UInt32> {
                let id = 2 * index + 1
                peer.socket.write(
                    F.call(id) + F.frame(F.ping, 0, 0, [9, 9, 9, 9, 9, 9, 9, 9]) + F.frame(F.windowUpdate, 0, 0, F.word(6))
                        + F.frame(F.windowUpdate, 0, 0, F.word(1)))
                guard peer.read(until: { $0.ended.contains(id) }) else { break }
            }
            return peer.reaction
        }
        #expect(result.outcome?.goAway == nil)
        #expect(result.outcome?.ended.count == 1_500)
    }
}
