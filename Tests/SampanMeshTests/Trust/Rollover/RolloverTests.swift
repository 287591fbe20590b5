import SampanMesh
import SampanRPC
import Testing

/// The machine through its owner: every phase is reached by commands, and every verb is tried in each.
@Suite("Rollover: whose turn it is")
struct RolloverTests {
    private enum Outcome: Equatable {
        case done
        /// Was done before.
        case nothing
        case refused(RolloverRefusal)
    }

    /// How to reach a phase.
    private static let paths: [(String, [Rollover.Verb])] = [
        ("planned", [.plan]), ("prepared", [.plan, .prepare]), ("trusted", [.plan, .prepare, .trust]),
        ("activated", [.plan, .prepare, .trust, .activate]), ("tainted", [.plan, .prepare, .trust, .activate, .taint]),
        ("retired", [.plan, .prepare, .trust, .activate, .taint, .retire]), ("dropped at once", [.plan, .abort]),
        ("dropped", [.plan, .prepare, .trust, .abort]), ("on the way back", [.plan, .prepare, .trust, .activate, .abort]),
        ("back", [.plan, .prepare, .trust, .activate, .abort, .taint, .retire]),
    ]

    /// What each verb does in each phase, in the order of `Verb.allCases`; + done, = done before, n not its turn, l too late.
    private static let table: [String: String] = [
        "planned": "=+nnnn+", "prepared": "==+nnn+", "trusted": "===+nn+", "activated": "====+n+", "tainted": "=====+l",
        "retired": "======l",
        "dropped at once": "=nnnnn=", "dropped": "=nnnnn=", "on the way back": "====+n=", "back": "=======",
    ]

    @Test("every verb in every phase, for issuer and root", arguments: paths.indices, Rollover.Kind.allCases)
    func verbs(path: Int, kind: Rollover.Kind) throws {
        let (phase, verbs) = Self.paths[path]
        let row = Array(try #require(Self.table[phase]))
        for (index, verb) in Rollover.Verb.allCases.enumerated() {
            var region = try Region(seed: 1, nodes: 2)
            for step in verbs { try #require(try region.advance(step, kind: kind), "\(step) on the way to \(phase)") }
            let next = region.state.rollover?.next
            region.settle()
            let before = region.state
            let outcome: Outcome
            do { outcome = try region.advance(verb, kind: kind) ? .done : .nothing } catch AuthorityRefusal.rollover(let refusal) {
                outcome = .refused(refusal)
            }
            let expected: Outcome =
                switch row[index] {
                case "+": .done
                case "=": .nothing
                case "n": .refused(.notItsTurn(next: next))
                default: .refused(.tooLateToAbort)
                }
            #expect(outcome == expected, "\(verb) in \(phase)")
            #expect((region.state == before) == (outcome != .done))
        }
    }

    @Test("a gate names who has not moved, and what is missing")
    func gates() throws {
        var region = try Region(seed: 2, nodes: 3)
        for verb in [Rollover.Verb.plan, .prepare, .trust] { _ = try region.command(verb, kind: .issuer) }
        func refusal(_ verb: Rollover.Verb) throws -> [RolloverGate.Laggard]? {
            do { _ = try region.command(verb, kind: .issuer) } catch AuthorityRefusal.rollover(.waitsFor(let laggards)) { return laggards }
            return nil
        }
        #expect(try refusal(.activate)?.map(\.acknowledged) == [1, 1, 1])
        region.settle(only: 0)
        region.settle(only: 1)
        let slow = region.nodes[2].identity
        #expect(try refusal(.activate)?.map(\.node) == [slow])
        region.settle()
        _ = try region.command(.activate, kind: .issuer)
        region.settle(only: 0)
        region.settle(only: 1)
        let laggards = try refusal(.taint)
        #expect(laggards?.map(\.node) == [slow] && laggards?.map(\.showsOutgoing) == [true])
        // Away for longer than the limit: named, and waited for no longer.
        region.nodes[2].isOnline = false
        region.pass(seconds: 601)
        #expect(region.gate()?.absent == [slow] && region.gate()?.isOpen == true)
        _ = try region.command(.taint, kind: .issuer)
        #expect(region.state.nodes[slow]?.isLeftBehind == true)
    }

    @Test("an authority that has just started takes nobody for absent")
    func afterStart() throws {
        var region = try Region(seed: 3, nodes: 2)
        for verb in [Rollover.Verb.plan, .prepare, .trust] { _ = try region.command(verb, kind: .issuer) }
        for index in region.nodes.indices { region.nodes[index].isOnline = false }
        region.pass(seconds: 3_600)
        try region.restartAuthority()
        #expect(region.gate()?.laggards.count == 2)
        region.pass(seconds: 601)
        #expect(region.gate()?.isOpen == true)
    }

    @Test("who comes back is not waited for, and not counted, before it trusts what all trust and shows what all trust")
    func comesBack() throws {
        var region = try Region(seed: 4, nodes: 3)
        region.nodes[2].isOnline = false
        region.pass(seconds: 601)
        for verb in [Rollover.Verb.plan, .prepare, .trust, .activate, .taint, .retire] { try region.advance(verb, kind: .root) }
        let identity = region.nodes[2].identity
        #expect(region.state.nodes[identity]?.isLeftBehind == true)
        region.nodes[2].isOnline = true
        region.report(2)
        try region.deliver(region.mail.removeLast())
        #expect(region.state.nodes[identity]?.isLeftBehind == true && !region.isPresent(2))
        region.settle()
        #expect(region.state.nodes[identity]?.isLeftBehind == false && region.isPresent(2))
        #expect(region.nodes[2].certificate.name.issuerKeyID == region.state.activeIssuer?.keyID)
        #expect(try region.broken() == nil)
    }

    @Test("who has come back with an old certificate keeps the old issuer from being retired")
    func oldCertificate() throws {
        var region = try Region(seed: 6, nodes: 3)
        for verb in [Rollover.Verb.plan, .prepare, .trust] { try region.advance(verb, kind: .issuer) }
        region.settle()
        region.nodes[2].isOnline = false
        for verb in [Rollover.Verb.activate, .taint] {
            region.pass(seconds: 601)
            try region.advance(verb, kind: .issuer)
        }
        region.settle()
        region.nodes[2].isOnline = true
        region.report(2)
        for _ in 0..<60 {
            region.work(2)
            guard let at = region.mail.firstIndex(where: { $0.node == 2 }) else { continue }
            let letter = region.mail.remove(at: at)
            // Its renewals are lost on the way.
            if case .renew = letter { continue }
            try region.deliver(letter)
        }
        let identity = region.nodes[2].identity
        #expect(region.isPresent(2) && region.state.nodes[identity]?.acknowledged == region.state.epochNumber)
        #expect(region.gate()?.laggards.map(\.node) == [identity] && region.gate()?.laggards.first?.showsOutgoing == true)
        #expect(throws: AuthorityRefusal.self) { try region.command(.retire, kind: .issuer) }
        #expect(try region.advance(.retire, kind: .issuer))
        region.settle()
        #expect(try region.broken() == nil)
    }

    @Test("another number, another kind, another in between, and material that does not fit")
    func strangers() throws {
        var region = try Region(seed: 5, nodes: 1)
        func refusal(_ body: (inout Region) throws -> Void) -> RolloverRefusal? {
            do { try body(&region) } catch AuthorityRefusal.rollover(let refusal) { return refusal } catch {}
            return nil
        }
        #expect(refusal { try $0.decide(.advance(rollover: 1, .trust)) } == .unknown(newest: 0))
        #expect(refusal { try $0.decide(.plan(rollover: 2, .issuer)) } == .unknown(newest: 0))
        _ = try region.command(.plan, kind: .root)
        #expect(refusal { try $0.decide(.plan(rollover: 1, .issuer)) } == .anotherUnderWay(1))
        #expect(refusal { try $0.decide(.plan(rollover: 2, .issuer)) } == .anotherUnderWay(1))
        #expect(refusal { try $0.decide(.advance(rollover: 2, .trust)) } == .unknown(newest: 1))
        let good = try region.material(.root)
        let root = try #require(good.root)
        let bad = [
            RolloverMaterial(root: nil, issuer: good.issuer, bridge: nil), RolloverMaterial(root: root, issuer: good.issuer, bridge: nil),
            RolloverMaterial(root: good.issuer, issuer: good.issuer, bridge: [1]), RolloverMaterial(root: root, issuer: root, bridge: [1]),
            RolloverMaterial(root: region.state.activeRoot, issuer: good.issuer, bridge: [1]),
        ]
        for material in bad {
            guard case .badMaterial = refusal({ try $0.decide(.prepare(rollover: 1, material)) }) else {
                Issue.record("taken: \(material)")
                return
            }
        }
        try region.decide(.prepare(rollover: 1, good))
        #expect(region.state.rollover?.phase == .prepared)
    }
}
