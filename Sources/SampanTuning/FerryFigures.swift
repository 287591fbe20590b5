internal import Foundation

/// What one setting of a ferry came to.
package struct FerryFigures: Sendable, Codable {
    package let workers: Int
    package let batch: Int
    /// From submit to outcome, as the caller sees them.
    package let requests: Int
    package let requestsPerSecond: Int
    package let p50Milliseconds: Double
    package let p99Milliseconds: Double
    /// Processor time of one request, in microseconds: in the gateway, and inside (workers and HIS).
    package let gatewayMicroseconds: Int
    package let insideMicroseconds: Int

    init(workers: Int, batch: Int, _ latencies: [Duration], _ elapsed: Duration, gateway: Double, inside: Double) {
        let sorted = latencies.sorted()
        func milliseconds(_ percent: Int) -> Double {
            // Nearest rank.
            guard !sorted.isEmpty else { return 0 }
            let value = sorted[max(0, (sorted.count * percent + 99) / 100 - 1)] / .milliseconds(1)
            return (value * 100).rounded() / 100
        }
        (self.workers, self.batch, requests) = (workers, batch, sorted.count)
        requestsPerSecond = Int(Double(sorted.count) / (elapsed / .seconds(1)))
        (p50Milliseconds, p99Milliseconds) = (milliseconds(50), milliseconds(99))
        let each = { (seconds: Double) in Int((seconds * 1e6 / Double(max(1, sorted.count))).rounded()) }
        (gatewayMicroseconds, insideMicroseconds) = (each(gateway), each(inside))
    }
}
