@testable import SampanRPC
import Testing

@Suite("Shares by capacity")
struct CapacitySharesTests {
    @Test(
        "loads are in relation to the mean; who has said nothing counts as the mean; where all are alike a call is a call",
        arguments: [
            ([], 0, 5, 5), ([7], 0, 5, 5), ([0, 0, 0], 1, 5, 5), ([9, 9], 1, 5, 5), ([0, 9], 0, 5, 5), ([0, 9], 1, 5, 5),
            ([1, 3], 0, 3, 3 * 256 * 2), ([1, 3], 1, 3, 2 * 256), ([0, 1, 3], 0, 3, 3 * 256), ([1, 3], 0, 0, 0), ([1, 3], 0, -1, 0),
            ([1, 10_000_000], 1, 1, 128), ([1, 10_000_000], 0, .max, (1 << 20) * 256 * 5_000_000),
        ] as [([UInt32], Int, Int, Int)])
    func loads(capacities: [UInt32], index: Int, calls: Int, expected: Int) {
        let shares = CapacityShares(capacities)
        #expect(shares.load(of: calls, at: index) == expected)
        #expect(shares.count == capacities.count && (shares.unit == 1) == (Set(capacities.filter { $0 > 0 }).count < 2))
    }

    @Test("each is drawn as often as its share says", arguments: [1, 2, 3] as [UInt64])
    func draws(seed: UInt64) {
        var random = JitterRandom(seed: seed)
        for (capacities, expected) in [([0, 0], [0.5, 0.5]), ([1, 3], [0.25, 0.75]), ([6, 0, 3, 3], [0.375, 0.25, 0.1875, 0.1875])]
            as [([UInt32], [Double])]
        {
            let shares = CapacityShares(capacities)
            var counts = [Int](repeating: 0, count: capacities.count)
            for _ in 0..<40_000 { counts[shares.draw(random: &random)] += 1 }
            for (count, part) in zip(counts, expected) {
                #expect(abs(Double(count) / 40_000 - part) < 0.02, "seed \(seed): \(counts)")
            }
        }
    }

    /// Calls that stay open go where the balancer says, and a random one ends for each that comes; what each has open at the end.
    private static func settled(_ capacities: [UInt32], calls: Int, random: inout JitterRandom) -> [Int] {
        let (shares, draw) = (CapacityShares(capacities), LeastRequest(.two))
        var latency = PeakLatency()
        latency.answered(after: 1_000_000, now: 0)
        var open: [Int] = []
        var counts = [Int](repeating: 0, count: capacities.count)
        for step in 0..<calls * 20 {
            let (counted, answered) = (counts, latency)
            guard
                let index = draw.pick(
                    of: shares, random: &random,
                    load: { Int(answered.cost(of: shares.load(of: counted[$0], at: $0), unit: shares.unit, at: 0)) })
            else { continue }
            counts[index] += 1
            open.append(index)
            guard step >= calls else { continue }
            let ended = Int.random(in: open.indices, using: &random)
            counts[open[ended]] -= 1
            open.swapAt(ended, open.count - 1)
            open.removeLast()
        }
        return counts
    }

    @Test("under load each has open what its capacity says, within a fifth, also one large one among many small", arguments: 0..<12)
    func property(row: Int) {
        let seed = 5_301 + UInt64(row)
        print("seed \(seed)")
        var random = JitterRandom(seed: seed)
        let count = Int.random(in: 2...12, using: &random)
        var capacities = (0..<count).map { _ in UInt32.random(in: 10...200, using: &random) }
        if row % 2 == 0 { capacities[0] = 1_000 }
        let total = capacities.reduce(0, +)
        // Half of what they can.
        let counts = Self.settled(capacities, calls: Int(total) / 2, random: &random)
        for (capacity, open) in zip(capacities, counts) {
            let expected = Double(capacity) / 2
            #expect(abs(Double(open) - expected) <= max(3, expected / 5), "seed \(seed): \(capacities) \(counts)")
        }
    }

    @Test("capacity unset is equal weight: the same seed picks the same with it and without")
    func unset() {
        var (first, second) = (JitterRandom(seed: 5_320), JitterRandom(seed: 5_320))
        #expect(Self.settled([0, 0, 0], calls: 90, random: &first) == Self.settled([8, 8, 8], calls: 90, random: &second))
    }
}
