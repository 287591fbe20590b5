internal import SampanTestSupport

/// What the nodes of a region have seen together.
struct TrafficSum: Sendable {
    var calls = 0
    var echoes = 0
    /// Calls that failed and streams that ended, by `CALLER → CALLED: error`; only where both ends are to be counted.
    private(set) var failures: [String: Int] = [:]
    private(set) var breaks: [String: Int] = [:]
    /// Among both, also where an end is excused but not absent, those that tell of trust: a certificate that was not accepted.
    private(set) var trustFailures: [String: Int] = [:]
    private var latencies = LatencyHistogram()

    /// Nothing yet.
    init() {}

    /// - Parameters:
    ///   - excused: nodes whose edges may fail: they were killed, or are denied.
    ///   - absent: nodes that nobody has waited for: until they have caught up they may be strangers to the others.
    init(_ reports: [String: TrafficReport], excused: Set<String> = [], absent: Set<String> = []) {
        for (name, report) in reports {
            latencies.add(steps: report.latencies, largest: report.largest)
            for (peer, seen) in report.peers {
                calls += seen.calls
                echoes += seen.echoes
                let edge = "\(name) → \(peer)"
                let isExcused = excused.contains(name) || excused.contains(peer)
                for (error, count) in seen.failures where !isExcused { failures["\(edge): \(error)", default: 0] += count }
                for (error, count) in seen.breaks where !isExcused { breaks["\(edge): \(error)", default: 0] += count }
                guard !absent.contains(name), !absent.contains(peer) else { continue }
                for (error, count) in seen.failures.merging(seen.breaks, uniquingKeysWith: +) where Self.tellsOfTrust(error) {
                    trustFailures["\(edge): \(error)", default: 0] += count
                }
            }
        }
    }

    /// A peer that dies in the middle of a handshake says nothing about trust.
    private static func tellsOfTrust(_ error: String) -> Bool {
        (error.contains("TLS failed") && !error.contains("PEER_CONNECTION_CLOSED")) || error.hasPrefix("UNAUTHENTICATED")
    }

    mutating func add(_ other: TrafficSum) {
        calls += other.calls
        echoes += other.echoes
        failures.merge(other.failures, uniquingKeysWith: +)
        breaks.merge(other.breaks, uniquingKeysWith: +)
        trustFailures.merge(other.trustFailures, uniquingKeysWith: +)
        latencies.add(steps: other.latencies.steps, largest: other.latencies.largest)
    }

    var failed: Int { failures.values.reduce(0, +) }
    var broken: Int { breaks.values.reduce(0, +) }
    var untrusted: Int { trustFailures.values.reduce(0, +) }

    /// Milliseconds of the longest call; 0 where there was none.
    var longest: Double { Double(latencies.largest) / 1e6 }

    /// Milliseconds; 0 where there was no call.
    func percentile(_ percent: Double) -> Double { Double(latencies.percentile(percent) ?? 0) / 1e6 }

    /// One line, and one for each kind of failure, at most a dozen.
    func shown(_ title: String, seconds: Double) -> String {
        let rate = Int(Double(calls) / max(seconds, 0.001))
        var lines = [
            "\(title): \(calls) calls (\(rate)/s), \(echoes) echoes; p50 \(percentile(50).tenths) ms, p99 \(percentile(99).tenths) ms; "
                + "\(failed) calls failed, \(broken) streams broken"
        ]
        lines += failures.merging(breaks, uniquingKeysWith: +).sorted { $0.value > $1.value }.prefix(12).map {
            "    \($0.value) x \($0.key)"
        }
        return lines.joined(separator: "\n")
    }
}

extension Double {
    /// Two digits behind the point.
    var tenths: Double { (self * 100).rounded() / 100 }
}
