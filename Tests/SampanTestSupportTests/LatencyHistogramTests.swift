import SampanTestSupport
import Testing

@Suite("latency histogram")
struct LatencyHistogramTests {
    @Test("an empty one has no percentile")
    func empty() {
        #expect(LatencyHistogram().percentile(50) == nil)
    }

    @Test(
        "one value is every percentile of itself",
        arguments: [0, 1, 63, 64, 127, 128, 129, 255, 256, 1_000_000, 123_456_789, 1 << 40] as [Int64])
    func single(value: Int64) {
        var histogram = LatencyHistogram()
        histogram.record(value)
        for percent in [0, 50, 99.9, 100] { #expect(histogram.percentile(percent) == UInt64(value)) }
    }

    @Test("what no call can last is held to the longest; a clock that went back is zero", arguments: [(Int64.max, 1 << 40), (-1, 0)])
    func clamped(value: Int64, seen: UInt64) {
        var histogram = LatencyHistogram()
        histogram.record(value)
        #expect(histogram.percentile(100) == seen)
    }

    @Test("what one tells another adds up, and a step that there is none of is left out")
    func sum() {
        var (one, other) = (LatencyHistogram(), LatencyHistogram())
        for value in [5, 5_000] as [Int64] { one.record(value) }
        for value in [6, 5_000, 7_000_000] as [Int64] { other.record(value) }
        one.add(steps: other.steps.merging([-1: 7, .max: 7]) { first, _ in first }, largest: other.largest)
        #expect(one.count == 5)
        #expect(one.percentile(20) == 5)
        #expect(one.percentile(40) == 6)
        #expect(one.percentile(100) == 7_000_000)
    }

    @Test("percentiles of many values are at most 1/64 above the exact ones, never below")
    func many() throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var histogram = LatencyHistogram()
        // Spread over all powers of two.
        let values = (0..<20_000).map { _ in Int64.random(in: 0...(1 << Int64.random(in: 0...39, using: &random)), using: &random) }
        for value in values { histogram.record(value) }
        let sorted = values.sorted()
        for percent in [0.1, 1, 10, 50, 90, 99, 99.9, 100] {
            let exact = UInt64(sorted[max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1)])
            let found = try #require(histogram.percentile(percent))
            #expect(found >= exact && found <= exact + exact / 64 + 1, "percentile \(percent): \(found) for \(exact)")
        }
        #expect(histogram.count == values.count)
        #expect(histogram.largest == sorted.last.map(UInt64.init))
    }
}
