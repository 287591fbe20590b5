import Foundation
import SampanAPI
import SampanHarness
import Testing

extension EndToEnd {
    @Suite("Survival: random SIGKILL")
    struct CrashProofTests {
        @Test("GW-08 GW-12 RF-02: nothing is lost or doubled, from a fixed seed and a new one", arguments: [20_261_118, nil] as [UInt64?])
        func crash(seed: UInt64?) async throws {
            let proof = CrashProof(quick: true, seed: seed)
            print("crash proof: seed \(proof.seed)")
            let verdict = try await proof.run(programs: try Programs.folder())
            #expect(verdict.isGood, "\(verdict.figure)")
        }
    }
}
