import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanRPC
import Testing

@testable import SampanAuthority

@Suite("Two authorities over one folder", .timeLimit(.minutes(20)))
struct TwoAuthoritiesTests {
    @Test("both write at once: every command is in the journal once, and both know the same")
    func interleaved() async throws {
        let fixture = try await AuthorityFixture()
        let (first, second) = (fixture.authority, try await fixture.another())
        let rounds = 40
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for (index, authority) in [first, second].enumerated() {
                for round in 0..<rounds {
                    tasks.addTask {
                        let admin = AuthorityFixture.admin(authority)
                        _ = try await admin.createEnrollmentToken(
                            TrustV1.CreateEnrollmentTokenRequest(
                                requestID: "\(index)-\(round)", identity: AuthorityFixture.identity("n\(index)-\(round)").uri,
                                life: GoogleProtobuf.Duration(.seconds(60))))
                    }
                    tasks.addTask {
                        let settings = AuthoritySettings(minimumProtocol: UInt32(1 + index * rounds + round))
                        try await authority.execute(.change(settings), by: "test")
                    }
                }
            }
            try await tasks.waitForAll()
        }
        try await first.watch()
        try await second.watch()
        #expect(first.state == second.state && first.store.snapshot.number == UInt64(1 + 4 * rounds))
        #expect(first.state.epochNumber == UInt64(1 + 2 * rounds))
        let third = try await fixture.another()
        #expect(third.state == first.state)
    }

    @Test("a repeated request that the other has answered gets that answer")
    func replayed() async throws {
        let fixture = try await AuthorityFixture()
        let second = try await fixture.another()
        let end = fixture.time.now.advanced(byNanoseconds: 60 * TestTime.second)
        let denial = try Denial(.institution("4699010009"), reason: .locked, endsAt: end)
        let request = TrustV1.LockRequest(requestID: "lock", denial: denial.entry)
        let first = try await fixture.admin.lock(request)
        #expect(try await AuthorityFixture.admin(second).lock(request).epochNumber == first.epochNumber)
        #expect(second.state.epochNumber < first.epochNumber)
        try await second.watch()
        #expect(second.state == fixture.authority.state)
    }

    @Test("a step of a rollover that was taken beside it: the one that serves opens the new keys and signs with them")
    func rollover() async throws {
        let fixture = try await AuthorityFixture()
        let node = try await fixture.node("n1")
        let offline = try await fixture.another()
        let desk = AuthorityFixture.admin(offline)
        for (index, verb) in [TrustV1.RolloverVerb.plan, .prepare, .trust].enumerated() {
            _ = try await desk.advanceRollover(
                TrustV1.AdvanceRolloverRequest(requestID: "v\(index)", rollover: 1, verb: verb, kind: .root))
        }
        try await fixture.authority.watch()
        try await node.follow(fixture.authority)
        _ = try await desk.advanceRollover(TrustV1.AdvanceRolloverRequest(requestID: "v3", rollover: 1, verb: .activate))
        // Without a look at the journal: the write itself takes it in, and asks for the key.
        try await node.renew(fixture.authority)
        #expect(node.chain[0].issuerKeyID == offline.state.activeIssuer?.keyID)
        try await fixture.authority.watch()
        try await node.follow(fixture.authority)
    }
}
