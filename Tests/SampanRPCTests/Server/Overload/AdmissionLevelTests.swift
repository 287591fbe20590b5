import Testing

@testable import SampanRPC

@Suite("Level of admission")
struct AdmissionLevelTests {
    @Test("above the rank all, below it none, and of the rank itself its share", arguments: [0, 1, 256, 341, 512, 1_023, 1_024])
    func share(share: Int) {
        var level = AdmissionLevel(rank: 100, share: share)
        var admitted = 0
        for _ in 0..<AdmissionLevel.whole {
            let others = [101, 255, 99, 0].map { level.admits($0) }
            #expect(others == [true, true, false, false])
            if level.admits(100) { admitted += 1 }
        }
        #expect(admitted == share)
    }

    @Test("a share is dealt out evenly")
    func even() {
        var level = AdmissionLevel(rank: 0, share: 256)
        let dealt = (0..<12).map { _ in level.admits(0) }
        #expect(dealt == [false, false, false, true, false, false, false, true, false, false, false, true])
    }

    @Test(
        "the level for a number of calls",
        arguments: [
            ([10, 10, 10], 30, nil), ([10, 10, 10], 31, nil), ([10, 10, 10], 29, AdmissionLevel(rank: 0, share: 922)),
            ([10, 10, 10], 20, AdmissionLevel(rank: 0, share: 0)), ([10, 10, 10], 15, AdmissionLevel(rank: 1, share: 512)),
            ([10, 0, 10], 10, AdmissionLevel(rank: 0, share: 0)), ([0, 0, 10], 5, AdmissionLevel(rank: 2, share: 512)),
            ([0, 0, 10], 0, AdmissionLevel(rank: 2, share: 0)), ([0, 0, 0], 0, nil), ([], 5, nil),
        ] as [([Int], Int, AdmissionLevel?)])
    func choice(arrivals: [Int], target: Int, level: AdmissionLevel?) {
        #expect(AdmissionLevel(admitting: target, of: arrivals) == level)
    }

    @Test("the same calls again: as many are admitted as were asked for, and the highest", arguments: 1...30 as ClosedRange<UInt64>)
    func property(seed: UInt64) {
        var random = JitterRandom(seed: seed)
        let calls = (0..<2_000).map { _ in UInt8.random(in: 0...UInt8.random(in: 1...255, using: &random), using: &random) }
        var arrivals = [Int](repeating: 0, count: CallRank.count)
        for rank in calls { arrivals[Int(rank)] += 1 }
        let target = Int.random(in: 0..<2_000, using: &random)
        guard var level = AdmissionLevel(admitting: target, of: arrivals) else {
            Issue.record("seed \(seed): no level for \(target) of 2,000")
            return
        }
        let admitted = calls.filter { level.admits($0) }
        #expect(abs(admitted.count - target) <= 1, "seed \(seed): \(admitted.count) for \(target)")
        #expect(admitted.allSatisfy { $0 >= level.rank }, "seed \(seed)")
    }

    @Test("a rank goes by the priority first, then by a caller's hash, whose order changes")
    func rank() {
        let names = (0..<200).map { CallRank.hash("institution \($0)") }
        for (low, high) in zip(CallPriority.allCases, CallPriority.allCases.dropFirst()) {
            let lowest = names.map { CallRank.of(high, caller: $0, turn: 5) }.min() ?? 0
            #expect(names.allSatisfy { CallRank.of(low, caller: $0, turn: 5) < lowest })
        }
        let order = { (turn: UInt64) in names.map { CallRank.of(.normal, caller: $0, turn: turn) } }
        #expect(order(5) == order(5) && order(5) != order(6))
        #expect(Set(order(5)).count > 50)
        #expect(CallRank.count == 256)
    }
}
