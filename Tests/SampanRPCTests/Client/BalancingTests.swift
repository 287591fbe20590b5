@testable import SampanRPC
import Testing

@Suite("Balancing")
struct BalancingTests {
    @Test("each in its turn; who takes none is passed over", arguments: [0, 1, 7, -1, Int.max, Int.min])
    func roundRobin(start: Int) {
        var turn = RoundRobin(start: start)
        var counts = [0, 0, 0]
        for _ in 0..<300 { counts[turn.pick(of: 3) { _ in true } ?? 0] += 1 }
        #expect(counts == [100, 100, 100])
        for _ in 0..<10 { #expect(turn.pick(of: 3) { $0 == 2 } == 2) }
        #expect(turn.pick(of: 3) { _ in false } == nil)
        #expect(turn.pick(of: 0) { _ in true } == nil)
        #expect(turn.pick(of: 1) { _ in true } == 0)
    }

    @Test("the less busy of those drawn; a busy one of three gets about a ninth, a full one nothing", arguments: [1, 2, 3] as [UInt64])
    func leastRequest(seed: UInt64) {
        var random = JitterRandom(seed: seed)
        let draw = LeastRequest(.two)
        let even = CapacityShares([0, 0, 0])
        var counts = [0, 0, 0]
        for _ in 0..<9_000 { counts[draw.pick(of: even, random: &random) { $0 == 1 ? 100 : 1 } ?? 0] += 1 }
        // Both draws must be the busy one: 1 in 9.
        #expect((850...1_150).contains(counts[1]), "seed \(seed): \(counts)")
        counts = [0, 0, 0]
        for _ in 0..<1_000 { counts[draw.pick(of: even, random: &random) { $0 == 1 ? nil : 1 } ?? 1] += 1 }
        #expect(counts[1] == 0, "seed \(seed): \(counts)")
        #expect(draw.pick(of: even, random: &random) { $0 == 2 ? 5 : nil } == 2)
        #expect(draw.pick(of: even, random: &random) { _ in nil } == nil)
        #expect(draw.pick(of: CapacityShares([]), random: &random) { _ in 1 } == nil)
    }

    @Test("pick_first: in order, the next beside it after the overlap, and the first answer stays")
    func pickFirst() {
        var machine = PickFirst()
        #expect(machine.wanted() == .none)
        machine.replace(count: 3, selected: nil)
        #expect(machine.wanted() == .connect(0, hasMore: true))
        #expect(machine.wanted() == .none)
        #expect(machine.overlapped() == .connect(1, hasMore: true))
        #expect(machine.failed(0) == .connect(2, hasMore: false))
        #expect(machine.overlapped() == .none)
        #expect(machine.connected(2) == .select(2, abandoned: [1]))
        // Races: who was given up still says something.
        #expect(machine.failed(1) == .none)
        #expect(machine.connected(1) == .none)
        #expect(machine.state == .selected(2))
        machine.lost()
        #expect(machine.wanted() == .connect(0, hasMore: true))
    }

    @Test("pick_first: rests only when all have failed, and begins with the first again")
    func exhausted() {
        var machine = PickFirst()
        machine.replace(count: 2, selected: nil)
        _ = machine.wanted()
        #expect(machine.overlapped() == .connect(1, hasMore: false))
        #expect(machine.failed(1) == .none)
        #expect(machine.failed(0) == .rest)
        #expect(machine.wanted() == .none)
        machine.rested()
        #expect(machine.wanted() == .connect(0, hasMore: true))
    }

    @Test("pick_first: a new list keeps the one in use, or begins anew")
    func replaced() {
        var machine = PickFirst()
        machine.replace(count: 2, selected: nil)
        _ = machine.wanted()
        _ = machine.connected(0)
        machine.replace(count: 3, selected: 2)
        #expect(machine.state == .selected(2))
        machine.replace(count: 1, selected: nil)
        #expect(machine.state == .idle)
        machine.replace(count: 0, selected: nil)
        #expect(machine.wanted() == .none)
    }
}
