import Foundation
import SampanAPI
import SampanCrypto
import SampanMesh
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Rollovers with keys", .timeLimit(.minutes(20)))
struct RolloverTests {
    static let verbs: [TrustV1.RolloverVerb] = [.plan, .prepare, .trust, .activate, .taint, .retire]

    static func advance(
        _ authority: Authority, _ number: UInt64, _ verb: TrustV1.RolloverVerb, _ kind: TrustV1.RolloverKind, dryRun: Bool = false,
        id: String? = nil
    ) async throws -> TrustV1.AdvanceRolloverResponse {
        try await AuthorityFixture.admin(authority).advanceRollover(
            TrustV1.AdvanceRolloverRequest(
                requestID: id ?? "\(number)-\(verb)-\(dryRun)", rollover: number, verb: verb, kind: verb == .plan ? kind : .unspecified,
                dryRun: dryRun))
    }

    /// A whole one, every node following at each step.
    static func rollOver(_ authority: Authority, _ number: UInt64, _ kind: TrustV1.RolloverKind, _ nodes: [TestNode]) async throws {
        for verb in verbs {
            let answer = try await advance(authority, number, verb, kind)
            #expect(answer.changed && answer.status?.done == verb)
            for node in nodes { try await node.follow(authority) }
        }
    }

    @Test(
        "verb by verb: gates name who is waited for; a repetition changes nothing; the old one is gone at the end",
        arguments: [TrustV1.RolloverKind.issuer, .root])
    func verbByVerb(kind: TrustV1.RolloverKind) async throws {
        let fixture = try await AuthorityFixture()
        let authority = fixture.authority
        let (quick, slow) = (try await fixture.node("n1"), try await fixture.node("n2"))
        let before = authority.state
        for (index, verb) in Self.verbs.enumerated() {
            let dry = try await Self.advance(authority, 1, verb, kind, dryRun: true)
            #expect(!dry.changed && authority.state.rollover?.next != nil || index == 0)
            let answer = try await Self.advance(authority, 1, verb, kind)
            #expect(answer.changed && answer.status?.done == verb)
            #expect(try await Self.advance(authority, 1, verb, kind) == answer)
            #expect(try await !Self.advance(authority, 1, verb, kind, id: "again-\(verb)").changed)
            try await quick.follow(authority)
            if answer.status?.epochNumber ?? 0 > 0, index < 5 {
                let early = await AuthorityFixture.failure { _ = try await Self.advance(authority, 1, Self.verbs[index + 1], kind) }
                #expect(early?.code == .failedPrecondition && early?.errorInfo?.reason == "WAITS_FOR_NODES")
                #expect(early?.message.contains(slow.identity.uri) == true && early?.message.contains(quick.identity.uri) == false)
            }
            try await slow.follow(authority)
        }
        let status = try await fixture.admin.getRollover(TrustV1.GetRolloverRequest()).status
        #expect(status?.next == .plan && status?.laggards.isEmpty == true)
        #expect(authority.state.issuerCertificates.count == 1 && authority.state.activeIssuer != before.activeIssuer)
        #expect((authority.state.activeRoot == before.activeRoot) == (kind == .issuer))
        let gone = CertificateName(issuerKeyID: try #require(before.activeIssuer).keyID, serial: try #require(quick.name).serial)
        let retired = await AuthorityFixture.failure {
            _ = try await TestNode.client(authority, quick.identity, shown: gone).getEpoch(TrustV1.GetEpochRequest())
        }
        #expect(retired?.errorInfo?.reason == "ISSUER_RETIRED")
    }

    @Test("aborted before it signs, the new one goes; after, the two change places")
    func aborted() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let first = fixture.authority.state.activeIssuer
        for verb in [TrustV1.RolloverVerb.plan, .prepare, .trust, .abort] {
            _ = try await Self.advance(fixture.authority, 1, verb, .root)
            try await node.follow(fixture.authority)
        }
        #expect(fixture.authority.state.rootCertificates.count == 1 && fixture.authority.state.bridgesToRoots.isEmpty)
        for verb in [TrustV1.RolloverVerb.plan, .prepare, .trust, .activate, .abort, .taint, .retire] {
            _ = try await Self.advance(fixture.authority, 2, verb, .root)
            try await node.follow(fixture.authority)
        }
        #expect(fixture.authority.state.activeIssuer == first)
    }

    @Test("with the root asleep `prepare` says what to do, also in a dry run; the other verbs need it not")
    func asleep() async throws {
        let fixture = try await AuthorityFixture()
        let asleep = try await fixture.another(root: nil)
        _ = try await Self.advance(asleep, 1, .plan, .issuer)
        for dryRun in [true, false] {
            let error = await AuthorityFixture.failure { _ = try await Self.advance(asleep, 1, .prepare, .issuer, dryRun: dryRun) }
            #expect(error?.code == .failedPrecondition && error?.errorInfo?.reason == "ROOT_ASLEEP")
        }
        _ = try await Self.advance(fixture.authority, 1, .prepare, .issuer)
        _ = try await Self.advance(asleep, 1, .trust, .issuer)
        _ = try await Self.advance(asleep, 1, .activate, .issuer)
    }

    @Test("a node that was away for several changes of the root follows over the bridges", arguments: [1, 3, 4, 16])
    func bridges(changes: Int) async throws {
        let fixture = try await AuthorityFixture()
        let (stays, away) = (try await fixture.node("n1"), try await fixture.node("n2"))
        fixture.time.advance(seconds: 601)
        try await stays.acknowledge(fixture.authority)
        fixture.authority.facts.saw(stays.identity, at: fixture.time.now, uptime: 601 * TestTime.second)
        for number in 1...changes { try await Self.rollOver(fixture.authority, UInt64(number), .root, [stays]) }
        let status = try await fixture.admin.getRollover(TrustV1.GetRolloverRequest()).status
        #expect(status?.absent == [away.identity.uri])
        try await away.renew(fixture.authority)
        try await away.follow(fixture.authority)
        #expect(away.held?.epoch.number == fixture.authority.state.epochNumber)
    }

    @Test("torn off after every step and opened again it goes on where it was")
    func resumes() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        var authority = fixture.authority
        for verb in Self.verbs {
            if verb == .prepare {
                // Killed when the keys were written and the journal was not.
                _ = try await authority.rolloverCommand(1, .prepare, nil)
                authority = try await fixture.another()
                #expect(authority.state.rollover?.phase == .planned)
            }
            let answer = try await Self.advance(authority, 1, verb, .root)
            let state = authority.state
            // Killed when it was durable, and nobody was told.
            authority = try await fixture.another()
            #expect(authority.state == state)
            #expect(try await Self.advance(authority, 1, verb, .root) == answer)
            try await node.follow(authority)
        }
        #expect(try await authority.preview(.plan(rollover: 2, .root), by: "test") != nil)
    }

    /// `SAMPAN_AUTHORITY_ROLLOVERS` takes another number: 100 take some minutes, for the derivations that encrypt 300 keys.
    @Test("many in a row, root and issuer in turn: none sticks, and every node stays")
    func many() async throws {
        let count = ProcessInfo.processInfo.environment["SAMPAN_AUTHORITY_ROLLOVERS"].flatMap { Int($0) } ?? 3
        let fixture = try await AuthorityFixture()
        var nodes: [TestNode] = []
        for index in 0..<3 { nodes.append(try await fixture.node("n\(index)")) }
        for number in 1...count {
            // So that the renewals of all of them are not at once.
            fixture.time.advance(seconds: 1)
            try await Self.rollOver(fixture.authority, UInt64(number), number.isMultiple(of: 2) ? .issuer : .root, nodes)
        }
        #expect(fixture.authority.state.epochNumber == UInt64(1 + 4 * count))
        await fixture.authority.close()
        #expect(try await fixture.another().state == fixture.authority.state)
    }
}
