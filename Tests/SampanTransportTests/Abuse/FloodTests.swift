import SampanSiege
import SampanTransport
import Testing

@Suite("Floods", .timeLimit(.minutes(20)))
struct FloodTests {
    private typealias F = RawFrame

    private static let target = Flood.Target(unary: "/test.Echo/Unary", streaming: "/test.Echo/Up", hanging: "/test.Echo/Hang")

    @Test("the offender is cut with ENHANCE_YOUR_CALM, and nobody else notices", arguments: Flood.all(target))
    func cut(flood: Flood) async throws {
        let result = try await Siege.lay { flood.attack($0) }
        #expect(flood.isCut(result.outcome), "\(String(describing: result.outcome))")
        #expect(result.heldBytes < 1_024 * 1_024)
    }

    @Test("one HPACK bomb, a list over four times the limit though its block is small, ends its connection")
    func bomb() async throws {
        let result = try await Siege.lay { address -> ScriptedPeer.Reaction? in
            let block = F.block() + Flood.bombEntry + [UInt8](repeating: 0xBE, count: 10_000)
            return ScriptedPeer(to: address)?.provoke(F.frame(F.headers, 5, 1, block))
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
