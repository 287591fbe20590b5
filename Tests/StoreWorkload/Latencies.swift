import Synchronization

/// Durations of single operations, for a line of figures.
final class Latencies: Sendable {
    private let all = Mutex<[Duration]>([])

    func add(_ times: [Duration]) { all.withLock { $0 += times } }

    var summary: String {
        let sorted = all.withLock { $0.sorted() }
        guard let last = sorted.last else { return "no samples" }
        func milliseconds(_ duration: Duration) -> Double { ((duration / .microseconds(1)).rounded()) / 1_000 }
        return
            "p50=\(milliseconds(sorted[sorted.count / 2]))ms p99=\(milliseconds(sorted[sorted.count * 99 / 100]))ms max=\(milliseconds(last))ms"
    }
}
