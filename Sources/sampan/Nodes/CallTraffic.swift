import SampanAPI
import SampanRPC

/// What a node's calls came to between two answers of it, or since it began: what `sampan top` shows. Pure.
struct CallTraffic: Codable, Equatable {
    struct Row: Codable, Equatable {
        let direction: String
        let method: String
        let peer: String
        let route: String
        /// Calls that ended, each second; since the node began, all of them.
        let rate: Double
        /// The same of those that did not end with OK.
        let failures: Double
        let open: UInt64
        /// Upper bounds of the bucket of the median and of the 99th percentile, in milliseconds; nil where no call ended.
        let median: Double?
        let p99: Double?
    }

    /// The busiest first.
    let rows: [Row]
    /// Share of the time that each loop was at work, 0 to 1; empty for what is since the node began.
    let loads: [Double]
    /// The longest turn of each loop in the last minute, in milliseconds.
    let longestTurns: [Double]

    /// - Parameters:
    ///   - before: an earlier answer of the same node; nil counts everything since it began, in calls and not in calls a second.
    ///   - seconds: between the two; ignored without one before.
    init(_ now: TrustV1.ListCallSeriesResponse, before: TrustV1.ListCallSeriesResponse?, seconds: Double) {
        let isRate = before != nil && seconds > 0
        let known = Dictionary((before?.series ?? []).map { (Key($0), $0) }) { first, _ in first }
        rows = now.series.map { Self.row($0, known[Key($0)], isRate ? seconds : 1) }
            .sorted { ($0.rate, Double($0.open), $1.method) > ($1.rate, Double($1.open), $0.method) }
        longestTurns = now.loops.map { Double($0.longestNanoseconds) / 1e6 }
        loads =
            isRate && before?.loops.count == now.loops.count
            ? zip(now.loops, before?.loops ?? []).map { Double(Self.rise($0.totalNanoseconds, $1.totalNanoseconds)) / 1e9 / seconds } : []
    }

    private struct Key: Hashable {
        let parts: [String]

        init(_ series: TrustV1.CallSeries) { parts = [series.direction, series.method, series.peer, series.route] }
    }

    private static func row(_ now: TrustV1.CallSeries, _ before: TrustV1.CallSeries?, _ seconds: Double) -> Row {
        var (ended, failed, all): (UInt64, UInt64, UInt64) = (0, 0, 0)
        var counts: [UInt64] = []
        for outcome in now.outcomes {
            let old = before?.outcomes.first { $0.code == outcome.code }?.counts ?? []
            for (index, count) in outcome.counts.prefix(Self.mostBuckets).enumerated() {
                let rise = rise(count, index < old.count ? old[index] : 0)
                if index >= counts.count { counts.append(0) }
                counts[index] &+= rise
                ended &+= rise
                all &+= count
                if outcome.code != 0 { failed &+= rise }
            }
        }
        return Row(
            direction: now.direction, method: now.method, peer: now.peer, route: now.route, rate: Double(ended) / seconds,
            failures: Double(failed) / seconds, open: rise(now.started, all), median: quantile(0.5, counts, ended),
            p99: quantile(0.99, counts, ended))
    }

    /// As many as a histogram of a node has.
    private static let mostBuckets = 23

    /// What a node says may be anything: less than before counts as nothing (it has begun anew).
    private static func rise(_ now: UInt64, _ before: UInt64) -> UInt64 { now > before ? now - before : 0 }

    /// Milliseconds; for the last bucket, which has no bound, twice the bound before.
    private static func quantile(_ share: Double, _ counts: [UInt64], _ total: UInt64) -> Double? {
        guard total > 0 else { return nil }
        let wanted = share * Double(total)
        var sum = 0.0
        for (index, count) in counts.enumerated() {
            sum += Double(count)
            if sum >= wanted { return Double(UInt64(50_000) << UInt64(index)) / 1e6 }
        }
        return nil
    }
}
