import SampanTestSupport
@testable import SampanTransport
import StoreTestSupport
import Testing

@Suite("Backoff")
struct BackoffTests {
    @Test("doubles to its maximum, ±20 %, and starts anew after a success", arguments: [1, 2, 3] as [UInt64])
    func doubles(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var backoff = Backoff(initial: .milliseconds(100), maximum: .milliseconds(1_000))
        for _ in 0..<2 {
            for base in [100, 200, 400, 800, 1_000, 1_000, 1_000] {
                let wait = backoff.next(using: &random)
                #expect(wait >= .milliseconds(base) * 80 / 100 && wait <= .milliseconds(base) * 120 / 100, "seed \(seed)")
            }
            backoff.reset()
        }
    }
}
