import SampanTestSupport
import Synchronization

/// What became of the calls of one priority. Safe from any task.
final class OverloadTally: Sendable {
    enum Outcome { case served, refused, late, failed }

    struct Counts: Sendable {
        var offered = 0
        var served = 0
        var refused = 0
        /// Ended by their deadline.
        var late = 0
        var failed = 0
        /// Of those that were served.
        var latencies = LatencyHistogram()

        /// Keys with their units; times in milliseconds.
        var json: String {
            let milliseconds = { (percent: Double) in Double(latencies.percentile(percent) ?? 0) / 1e6 }
            return "{\"offered\": \(offered), \"served\": \(served), \"refused\": \(refused), \"late\": \(late), \"failed\": \(failed), "
                + "\"p50Milliseconds\": \(milliseconds(50)), \"p99Milliseconds\": \(milliseconds(99))}"
        }
    }

    private let counts = Mutex(Counts())

    var current: Counts { counts.withLock { $0 } }

    func ended(_ outcome: Outcome, after duration: Duration) {
        counts.withLock { counts in
            counts.offered += 1
            switch outcome {
            case .served:
                counts.served += 1
                counts.latencies.record(Int64(duration.seconds * 1e9))
            case .refused: counts.refused += 1
            case .late: counts.late += 1
            case .failed: counts.failed += 1
            }
        }
    }
}
