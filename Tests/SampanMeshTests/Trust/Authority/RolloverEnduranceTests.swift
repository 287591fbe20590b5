import SampanMesh
import SampanTestSupport
import Testing

@Suite("Rollovers without end")
struct RolloverEnduranceTests {
    @Test("1,000 in a row, roots and issuers, some aborted; one node dead, one slow, one restarted at random: none sticks")
    func thousand() throws {
        let seed: UInt64 = 42_000
        print("seed \(seed)")
        var region = try Region(seed: seed, nodes: 4, keepsHistory: false)
        var random = SeededRandom(seed: seed)
        region.nodes[3].crash()
        region.nodes[3].isOnline = false
        region.pass(seconds: 601)
        var aborted = 0
        for number in UInt64(1)...1_000 {
            let kind: Rollover.Kind = Int.random(in: 0..<4, using: &random) == 0 ? .root : .issuer
            let abortAt = Int.random(in: 0..<20, using: &random)
            #expect(try region.decide(.plan(rollover: number, kind)))
            var steps = 0
            while let verb = region.state.rollover?.next {
                if steps == abortAt {
                    let isPossible = region.state.rollover.map { $0.phase <= .activated && !$0.isAborted } ?? false
                    if isPossible, try region.command(.abort, kind: kind) { aborted += 1 }
                } else {
                    try #require(try region.command(verb, kind: kind), "rollover \(number), \(verb)")
                }
                steps += 1
                try catchUp(&region, &random)
                try #require(steps < 12, "rollover \(number) goes on and on")
                if let broken = try region.broken() {
                    Issue.record("rollover \(number): \(broken)")
                    return
                }
            }
        }
        print("seed \(seed): \(region.state.epochNumber) epochs, \(aborted) aborted")
        #expect(region.gate()?.laggards.isEmpty == true && region.gate()?.absent == [region.nodes[3].identity])
    }

    /// One node at a time, the slow one last, and one of them restarted on the way.
    private func catchUp(_ region: inout Region, _ random: inout SeededRandom) throws {
        let restarted = Int.random(in: 0..<3, using: &random)
        for index in [1, 2, 0] {
            if index == restarted {
                for _ in 0..<Int.random(in: 0..<4, using: &random) { region.work(index) }
                region.nodes[index].crash()
                region.start(index)
            }
            region.settle(only: index)
            if let broken = try region.broken() { Issue.record("\(broken)") }
        }
        region.pass(seconds: 1)
    }

    @Test("a node that was away for fifteen changes of the root follows by the bridges; for seventeen it has to enroll again")
    func bridges() throws {
        var region = try Region(seed: 42_001, nodes: 2, keepsHistory: false)
        region.nodes[1].isOnline = false
        region.pass(seconds: 601)
        var number: UInt64 = 0
        func turn(_ region: inout Region) throws {
            number += 1
            try region.decide(.plan(rollover: number, .root))
            while let verb = region.state.rollover?.next {
                region.settle(only: 0)
                try region.command(verb, kind: .root)
            }
            region.settle(only: 0)
        }
        for _ in 0..<15 { try turn(&region) }
        region.nodes[1].isOnline = true
        region.settle()
        #expect(region.nodes[1].inForce?.bytes == region.state.newestEpoch && region.isPresent(1))
        region.nodes[1].isOnline = false
        region.pass(seconds: 601)
        for _ in 0..<17 { try turn(&region) }
        region.nodes[1].isOnline = true
        region.report(1)
        for _ in 0..<20 {
            if let at = region.mail.firstIndex(where: { $0.node == 1 }) { try region.deliver(region.mail.remove(at: at)) }
            region.work(1)
        }
        guard case .untrustedSigner? = region.nodes[1].refusals.last?.reason else {
            Issue.record("\(region.nodes[1].refusals)")
            return
        }
    }
}
