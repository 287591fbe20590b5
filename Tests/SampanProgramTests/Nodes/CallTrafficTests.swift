import SampanAPI
import Testing

@testable import sampan

@Suite("What sampan top shows")
struct CallTrafficTests {
    private static func series(
        _ method: String, started: UInt64, _ outcomes: [(code: UInt32, counts: [UInt64])]
    ) -> TrustV1.CallSeries {
        TrustV1.CallSeries(
            direction: "served", method: method, peer: "4699010001", route: "", started: started,
            outcomes: outcomes.map { TrustV1.CallOutcome(code: $0.code, totalNanoseconds: 0, counts: $0.counts) })
    }

    private static func answer(_ series: [TrustV1.CallSeries], busy: UInt64 = 0) -> TrustV1.ListCallSeriesResponse {
        TrustV1.ListCallSeriesResponse(
            series: series, loops: [TrustV1.LoopLoad(turns: 1, totalNanoseconds: busy, longestNanoseconds: 1_500_000)])
    }

    @Test("alone, an answer says what there was since the node began")
    func once() {
        let traffic = CallTraffic(
            Self.answer([Self.series("a.B/C", started: 12, [(0, [5, 4]), (5, [1])])]), before: nil, seconds: 0)
        #expect(
            traffic.rows == [
                .init(
                    direction: "served", method: "a.B/C", peer: "4699010001", route: "", rate: 10, failures: 1, open: 2, median: 0.05,
                    p99: 0.1)
            ])
        #expect(traffic.loads.isEmpty && traffic.longestTurns == [1.5])
    }

    @Test("two answers are a rate; the busiest stands first; times are those of the calls between")
    func rate() {
        let before = Self.answer([Self.series("a.B/C", started: 10, [(0, [10])])])
        let now = Self.answer(
            [
                Self.series("a.B/C", started: 14, [(0, [10, 0, 2]), (14, [2])]), Self.series("a.B/D", started: 20, [(0, [20])]),
                Self.series("a.B/E", started: 1, []),
            ], busy: 500_000_000)
        let traffic = CallTraffic(now, before: before, seconds: 2)
        #expect(traffic.rows.map(\.method) == ["a.B/D", "a.B/C", "a.B/E"])
        #expect(traffic.rows.map(\.rate) == [10, 2, 0] && traffic.rows.map(\.failures) == [0, 1, 0])
        #expect(traffic.rows.map(\.median) == [0.05, 0.05, nil] && traffic.rows.map(\.p99) == [0.05, 0.2, nil])
        #expect(traffic.rows.map(\.open) == [0, 0, 1] && traffic.loads == [0.25])
    }

    @Test("a node that has begun anew, or says what cannot be, counts as nothing, and nothing traps")
    func nonsense() {
        let before = Self.answer([Self.series("a.B/C", started: 10, [(0, [10, 10])])], busy: .max)
        let now = Self.answer([Self.series("a.B/C", started: 0, [(0, [UInt64](repeating: .max, count: 100)), (0, [1])])])
        let traffic = CallTraffic(now, before: before, seconds: 1)
        #expect(traffic.rows.count == 1 && traffic.loads == [0])
        let less = CallTraffic(Self.answer([Self.series("a.B/C", started: 1, [(0, [1])])]), before: before, seconds: 1)
        #expect(less.rows.map(\.rate) == [0])
    }
}
