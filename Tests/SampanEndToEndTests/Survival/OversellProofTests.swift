import SampanHarness
import Testing

extension EndToEnd {
    @Suite("Survival: a rush for one clinic")
    struct OversellProofTests {
        @Test("BK-05 BK-10: no place is sold twice and no queue number given twice, while workers die")
        func rush() async throws {
            let verdict = try await OversellProof(quick: true, seed: nil).run(programs: try Programs.folder())
            #expect(verdict.isGood, "\(verdict.figure)")
        }
    }
}
