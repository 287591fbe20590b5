import SampanRPC
import Testing

@Suite("Peak latency")
struct PeakLatencyTests {
    private static let second: Int64 = 1_000_000_000

    @Test("what is slower counts at once, what is faster by an eighth")
    func peaks() {
        var latency = PeakLatency()
        latency.answered(after: 1_000, now: 0)
        #expect(latency.value(at: 0) == 1_000)
        latency.answered(after: 9_000, now: 0)
        #expect(latency.value(at: 0) == 9_000)
        latency.answered(after: 1_000, now: 0)
        #expect(latency.value(at: 0) == 8_000)
    }

    @Test(
        "silence halves it every five seconds, in a straight line between",
        arguments: [(0, 8_000), (2_500_000_000, 6_000), (5_000_000_000, 4_000), (10_000_000_000, 2_000), (Int64.max, 0)] as [(Int64, Int64)]
    )
    func silence(after: Int64, expected: Int64) {
        var latency = PeakLatency()
        latency.answered(after: 8_000, now: 0)
        #expect(abs(latency.value(at: after) - expected) <= 1)
    }

    @Test("a clock that stands still or goes back, and an answer before its call, do no harm")
    func oddTimes() {
        var latency = PeakLatency()
        latency.answered(after: -5, now: 10)
        #expect(latency.value(at: 5) == 0)
        latency.answered(after: .max, now: 10)
        #expect(latency.value(at: 10) == .max)
        #expect(latency.cost(of: 3, at: 10) == .max)
    }

    @Test("the cost grows with the calls; who has never answered gets one call and no second")
    func cost() {
        var latency = PeakLatency()
        #expect(latency.cost(of: 0, at: 0) == 0)
        #expect(latency.cost(of: 1, at: 0) == .max)
        latency.answered(after: 0, now: 0)
        #expect(latency.cost(of: 0, at: 0) == 1)
        latency.answered(after: 100, now: 0)
        #expect(latency.cost(of: 0, at: 0) == 100)
        #expect(latency.cost(of: 4, at: 0) == 500)
        #expect(latency.cost(of: 4, at: Self.second * 100) < 500)
    }
}
