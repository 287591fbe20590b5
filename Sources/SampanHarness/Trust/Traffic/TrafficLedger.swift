internal import Foundation
internal import SampanRPC
internal import SampanTestSupport
internal import Synchronization

/// Counts what a node of the harness calls and is called. Safe from any task.
final class TrafficLedger: Sendable {
    private struct Sums {
        var report = TrafficReport()
        var latencies = LatencyHistogram()
    }

    private let sums = Mutex(Sums())

    /// Different errors that are kept of one peer: a message with a port in it must not make a report of megabytes.
    static let failureKinds = 8

    func called(_ peer: String, took: Duration) {
        sums.withLock { sums in
            sums.report.peers[peer, default: .init()].calls += 1
            sums.latencies.record(Int64((took.milliseconds * 1e6).rounded()))
        }
    }

    func failed(_ peer: String, _ error: RPCError) {
        sums.withLock { Self.count(error, in: &$0.report.peers[peer, default: .init()].failures) }
    }

    func echoed(_ peer: String) {
        sums.withLock { $0.report.peers[peer, default: .init()].echoes += 1 }
    }

    func broke(_ peer: String, _ error: RPCError) {
        sums.withLock { Self.count(error, in: &$0.report.peers[peer, default: .init()].breaks) }
    }

    /// A message of that node has reached a handler here.
    func accepted(_ identity: PeerIdentity?) {
        guard let identity else { return }
        let now = Self.now
        sums.withLock { $0.report.lastAccepted[identity.node] = now }
    }

    /// What was counted since the last time. When each node was last accepted is never forgotten.
    func take() -> TrafficReport {
        sums.withLock { sums in
            var report = sums.report
            report.latencies = sums.latencies.steps
            report.largest = sums.latencies.largest
            sums = Sums()
            sums.report.lastAccepted = report.lastAccepted
            return report
        }
    }

    /// Nanoseconds of the machine's clock that only counts: the same in every process.
    static var now: Int64 {
        // Counts from the start of the machine, in every process.
        Int64((ProcessInfo.processInfo.systemUptime * 1e9).rounded())
    }

    private static func count(_ error: RPCError, in failures: inout [String: Int]) {
        let reason = error.code == .unauthenticated ? error.message : String(error.message.prefix(160))
        let kind = "\(error.code): \(reason)"
        guard failures[kind] != nil || failures.count < failureKinds else { return failures["others", default: 0] += 1 }
        failures[kind, default: 0] += 1
    }
}
