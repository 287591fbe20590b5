import SampanTestSupport
import Synchronization

/// What the callers of a load count together. Safe from any task; they share one loop, so its lock is never waited for.
final class LoadTally: Sendable {
    struct Counts: Sendable {
        var calls = 0
        var messages = 0
        var latencies = LatencyHistogram()
    }

    private let counts = Mutex(Counts())

    var current: Counts { counts.withLock { $0 } }

    func called(messages: Int) {
        counts.withLock {
            $0.calls += 1
            $0.messages += messages
        }
    }

    func took(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        counts.withLock { $0.latencies.record(seconds * 1_000_000_000 + attoseconds / 1_000_000_000) }
    }
}
