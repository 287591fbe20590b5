import SampanDomain
import SampanMesh
import SampanTestSupport
import Testing

/// Random interleavings of a whole region. A failing row is played again by its seed.
@Suite("Trust of a region under chance")
struct RegionTests {
    private static let nodeCount = 5

    /// One thing happens.
    private static func step(_ region: inout Region) throws {
        var random = region.random
        defer { region.random = random }
        let index = Int.random(in: 0..<nodeCount, using: &random)
        switch Int.random(in: 0..<1_000, using: &random) {
        case 0..<450:
            if Int.random(in: 0..<100, using: &random) < region.nodes[index].speed { region.work(index) }
        case 450..<750: try mail(&region, &random)
        case 750..<850: if region.nodes[index].follower != nil { region.report(index) }
        case 850..<880:
            region.nodes[index].crash()
            if Bool.random(using: &random) { region.start(index) }
        case 880..<900: if region.nodes[index].follower == nil { region.start(index) }
        case 900..<908: region.nodes[index].isOnline = false
        case 908..<920: region.nodes[index].isOnline = true
        case 920..<940: region.pass(seconds: Int64.random(in: 1...700, using: &random))
        case 940..<943: try region.restartAuthority()
        case 943..<970: for quick in 1..<nodeCount where Int.random(in: 0..<8, using: &random) > 0 { region.settle(only: quick) }
        default: try admin(&region, &random)
        }
    }

    /// A letter in any order: lost, doubled or delivered.
    private static func mail(_ region: inout Region, _ random: inout SeededRandom) throws {
        guard !region.mail.isEmpty else { return }
        let letter = region.mail.remove(at: Int.random(in: 0..<region.mail.count, using: &random))
        switch Int.random(in: 0..<10, using: &random) {
        case 0: return
        case 1: region.mail.append(letter)
        default: break
        }
        do { try region.deliver(letter) } catch AuthorityRefusal.unknownCertificate {
            // A renewal over a certificate that has been longer ended than is remembered.
        }
    }

    private static func admin(_ region: inout Region, _ random: inout SeededRandom) throws {
        let crash: Region.Crash? = [nil, nil, nil, nil, .beforeJournal, .afterJournal][Int.random(in: 0..<6, using: &random)]
        let kind: Rollover.Kind = Bool.random(using: &random) ? .issuer : .root
        do {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: _ = try region.command(.abort, kind: kind, crash: crash)
            case 1:
                // A replay of any verb, at any time.
                let verb = Rollover.Verb.allCases.randomElement(using: &random) ?? .plan
                if verb != .abort { _ = try region.command(verb, kind: region.state.rollover?.kind ?? kind, crash: crash) }
            case 2:
                let index = Int.random(in: 0..<nodeCount, using: &random)
                let end = region.now.advanced(byNanoseconds: Int64.random(in: 1...600, using: &random) * Region.second)
                _ = try region.decide(
                    .deny(try Denial(.node(region.nodes[index].identity), reason: .locked, endsAt: end)), crash: crash)
            case 3: _ = try region.decide(.tidy, crash: crash)
            default: _ = try next(&region, kind, crash)
            }
        } catch AuthorityRefusal.rollover(.waitsFor), AuthorityRefusal.rollover(.notItsTurn), AuthorityRefusal.rollover(.tooLateToAbort),
            AuthorityRefusal.rollover(.unknown), AuthorityRefusal.rollover(.anotherUnderWay)
        {}
    }

    /// The verb whose turn it is; the next rollover after the last.
    private static func next(_ region: inout Region, _ kind: Rollover.Kind, _ crash: Region.Crash? = nil) throws -> Bool {
        guard let rollover = region.state.rollover else { return try region.command(.plan, kind: kind, crash: crash) }
        guard let verb = rollover.next else { return try region.decide(.plan(rollover: rollover.number + 1, kind), crash: crash) }
        return try region.command(verb, kind: rollover.kind, crash: crash)
    }

    /// Everybody is there, and what was begun comes to its end.
    private static func heal(_ region: inout Region, seed: UInt64) throws {
        region.pass(seconds: 3_600)
        for index in region.nodes.indices {
            region.nodes[index].isOnline = true
            if region.nodes[index].follower == nil { region.start(index) }
        }
        region.settle()
        // Each is heard of, as it is every 10 s.
        for index in region.nodes.indices { region.report(index) }
        region.settle()
        for _ in 0..<6 where region.state.rollover?.next != nil {
            #expect(try next(&region, .issuer), "seed \(seed)")
            region.settle()
            #expect(try region.broken() == nil, "seed \(seed)")
        }
        #expect(region.state.rollover?.next == nil && region.gate()?.isOpen ?? true, "seed \(seed): \(String(describing: region.gate()))")
        for (index, node) in region.nodes.enumerated() {
            #expect(region.isPresent(index) && node.inForce?.bytes == region.state.newestEpoch, "seed \(seed), n\(index)")
            #expect(node.certificate.name.issuerKeyID == region.state.activeIssuer?.keyID, "seed \(seed), n\(index)")
        }
    }

    @Test(
        "whatever happens in whatever order: who is there verifies who is there; in the end all trust the same; the journal tells it again",
        arguments: (0..<40).map { UInt64(41_000 + $0) })
    func invariant(seed: UInt64) throws {
        print("seed \(seed)")
        var region = try Region(seed: seed, nodes: Self.nodeCount)
        region.nodes[0].speed = 15
        for step in 0..<1_500 {
            try Self.step(&region)
            if let broken = try region.broken() {
                Issue.record("seed \(seed), step \(step): \(broken)")
                return
            }
        }
        try Self.heal(&region, seed: seed)
        // Every prefix of the journal gives the state that was there when it ended.
        try AuthorityJournal.verify(region.journal)
        var state = AuthorityState()
        for (entry, snapshot) in zip(region.journal, region.snapshots) {
            state.apply(try AuthorityRecord(serialized: entry.record))
            #expect(state == snapshot, "seed \(seed), entry \(entry.number)")
        }
    }
}
