import Testing

@testable import SampanTransport

@Suite("Histograms of durations")
struct DurationHistogramTests {
    @Test(
        "a time is in the first bucket whose bound it does not pass",
        arguments: [
            (.min, 0), (-1, 0), (0, 0), (1, 0), (49_999, 0), (50_000, 0), (50_001, 1), (100_000, 1), (100_001, 2), (200_000, 2),
            (200_001, 3), (1_600_000, 5), (1_600_001, 6), (52_428_800_000, 20), (52_428_800_001, 21), (104_857_600_000, 21),
            (104_857_600_001, 22), (.max, 22),
        ] as [(Int64, Int)])
    func buckets(nanoseconds: Int64, expected: Int) {
        #expect(DurationHistogram.index(of: nanoseconds) == expected)
    }

    @Test("every bound is in its own bucket, and what is longer by a nanosecond in the next")
    func bounds() {
        for index in 0..<DurationHistogram.boundCount {
            let bound = Int64(DurationHistogram.bound(index))
            #expect(DurationHistogram.index(of: bound) == index)
            #expect(DurationHistogram.index(of: bound + 1) == index + 1)
        }
    }

    @Test("counts and sums add up, and nothing traps at the ends")
    func adds() {
        var first = DurationHistogram()
        first.note(1_000, count: 3)
        first.note(-5)
        var second = DurationHistogram()
        second.note(.max, count: .max)
        second.add(first)
        #expect(first.count == 4 && first.sum == 3_000)
        #expect(second.counts[0] == 4 && second.counts[22] == .max)
        second.add(second)
        #expect(second.counts[0] == 8)
    }
}
