import Foundation
import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import Testing

@testable import SampanAuthority

@Suite("What an authority does by itself", .timeLimit(.minutes(20)))
struct ServingTests {
    private static func signer(_ authority: Authority) async throws -> Certificate {
        try Certificate(der: try #require(try await authority.signedEpoch(0).signerChain.first))
    }

    @Test("the epoch signer is used again after a start, and renewed at 2/3 of its life, not before")
    func signerRenewal() async throws {
        let fixture = try await AuthorityFixture()
        let first = try await Self.signer(fixture.authority)
        #expect(first.purposes == .epochSigner && first.keyUsages == .digitalSignature)
        #expect(first.alternativeNames?.uris == ["spiffe://region.test/platform/authority/epochs"])
        let restarted = try await fixture.another()
        #expect(try await Self.signer(restarted) == first)
        // A third of the 90 days and the five minutes before them.
        fixture.time.advance(seconds: 60 * 86_400 - 300)
        try await fixture.authority.watch()
        #expect(try await Self.signer(fixture.authority) == first)
        fixture.time.advance(seconds: 300)
        try await fixture.authority.watch()
        let second = try await Self.signer(fixture.authority)
        #expect(second != first)
        // The other finds what was made, and makes none of its own.
        try await restarted.watch()
        #expect(try await Self.signer(restarted) == second)
        let keys = try FileManager.default.contentsOfDirectory(atPath: fixture.folder.keys)
        #expect(keys.count == 4)
    }

    @Test("a signer's key that has gone is no reason to stop: another is made")
    func signerLost() async throws {
        let fixture = try await AuthorityFixture()
        let first = try await Self.signer(fixture.authority)
        try FileManager.default.removeItem(atPath: "\(fixture.folder.keys)/\(Hexadecimal.text(first.subjectKeyID)).key")
        #expect(try await Self.signer(try await fixture.another()) != first)
    }

    @Test("at its start it tidies: what has lapsed goes out of the epoch")
    func tidies() async throws {
        let fixture = try await AuthorityFixture(isPatient: true)
        let end = fixture.time.now.advanced(byNanoseconds: TestTime.second)
        try await fixture.authority.execute(.deny(try Denial(.institution("1"), reason: .locked, endsAt: end)), by: "test")
        fixture.time.advance(seconds: 1)
        let (changes, changed) = AsyncStream.makeStream(of: UInt64.self)
        fixture.authority.store.onChange { changed.yield($0.state.epochNumber) }
        let serving = Task { await fixture.authority.serve { Issue.record("\($0)") } }
        for await number in changes {
            #expect(number == 3)
            break
        }
        #expect(fixture.authority.state.standingDenials.isEmpty)
        serving.cancel()
        await serving.value
    }
}
