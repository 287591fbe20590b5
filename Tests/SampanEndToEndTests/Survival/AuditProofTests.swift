import SampanHarness
import Testing

extension EndToEnd {
    @Suite("Survival: the audit log")
    struct AuditProofTests {
        @Test("RE-17 RE-18: entries under load, kills and changes; the short form")
        func audit() async throws {
            let verdict = try await AuditProof(quick: true, seed: nil).run(programs: try Programs.folder())
            #expect(verdict.isGood, "\(verdict.figure)")
        }
    }
}
