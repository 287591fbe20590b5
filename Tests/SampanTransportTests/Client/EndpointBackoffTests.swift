import SampanRPC
@testable import SampanTransport
import Testing

@Suite("Endpoint back-off")
struct EndpointBackoffTests {
    @Test("one short life is forgiven, several are not, a long one starts anew")
    func lives() {
        var random = JitterRandom(seed: 5)
        var backoff = EndpointBackoff(initial: .milliseconds(100), maximum: .milliseconds(400))
        for _ in 0..<2 {
            #expect(backoff.lost(after: .milliseconds(999), random: &random) == .zero)
            for base in [100, 200, 400, 400] {
                let wait = backoff.lost(after: .zero, random: &random)
                #expect(wait >= .milliseconds(base * 4 / 5) && wait <= .milliseconds(base * 6 / 5))
            }
            let failed = backoff.failed(random: &random)
            #expect(failed >= .milliseconds(320))
            #expect(backoff.lost(after: EndpointBackoff.goodLife, random: &random) == .zero)
        }
    }
}
