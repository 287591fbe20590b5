import SampanHarness
import Testing

extension EndToEnd {
    @Suite("The network gap, kept by the kernel")
    struct GapProofTests {
        @Test("GW-01 GW-02: behind a firewall that only lets it out, the inside works, and nothing can come to it")
        func firewall() async throws {
            let verdict = try await GapProof(quick: true, seed: nil).run(programs: try Programs.folder())
            print("gap: \(verdict.figure)")
            #expect(verdict.isGood, "\(verdict.figure)")
        }
    }
}
