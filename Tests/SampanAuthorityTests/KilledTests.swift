import SampanDomain
import SampanMesh
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanAuthority

@Suite("An authority and kill -9", .blocking, .timeLimit(.minutes(20)))
struct KilledTests {
    @Test(
        "killed at random, three lives: every epoch that was told of is there, the journal verifies, and the rollover goes on",
        arguments: [1, 2] as [UInt64])
    func killed(seed: UInt64) async throws {
        let fixture = try await AuthorityFixture()
        await fixture.authority.close()
        var random = SeededRandom(seed: seed)
        var told: UInt64 = 1
        for life in 0..<3 {
            let child = try TalkingProcess.built("authority-workload", [fixture.folder.path, life.isMultiple(of: 2) ? "a" : "b"])
            for _ in 0..<Int.random(in: 1..<40, using: &random) { told = max(told, child.line().flatMap { UInt64($0) } ?? 0) }
            child.kill()
            while let line = child.line() { told = max(told, UInt64(line) ?? 0) }
        }
        let again = try await fixture.another()
        #expect(again.state.epochNumber >= told && told > 3, "seed \(seed)")
        let rollover = try #require(again.state.rollover)
        let verb = rollover.next ?? .plan
        try await again.advance(rollover: rollover.number + (verb == .plan ? 1 : 0), verb, .issuer, by: "test")
        await again.close()
    }

    @Test("two processes write at once, one is killed: neither loses what it was told is durable, and there is one history")
    func twoProcesses() async throws {
        let fixture = try await AuthorityFixture()
        let first = try TalkingProcess.built("authority-workload", [fixture.folder.path, "a"])
        let second = try TalkingProcess.built("authority-workload", [fixture.folder.path, "b"])
        var told: UInt64 = 0
        for _ in 0..<30 { for child in [first, second] { told = max(told, child.line().flatMap { UInt64($0) } ?? 0) } }
        first.kill()
        for _ in 0..<10 { told = max(told, second.line().flatMap { UInt64($0) } ?? 0) }
        second.kill()
        try await fixture.authority.watch()
        #expect(fixture.authority.state.epochNumber >= told && told > 60)
        let again = try await fixture.another()
        #expect(again.state == fixture.authority.state)
    }
}
