/// Times of many things of one kind.
package struct Latencies: Sendable {
    private let sorted: [Duration]

    package init(_ durations: [Duration]) {
        sorted = durations.sorted()
    }

    package var count: Int { sorted.count }

    /// The time that `percent` of them do not pass (nearest rank); nil when there are none.
    package func percentile(_ percent: Double) -> Duration? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((percent / 100 * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank - 1, 0), sorted.count - 1)]
    }
}

extension Duration {
    /// Milliseconds, for tables.
    package var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) * 1_000 + Double(attoseconds) / 1e15
    }

    /// `3.2 ms`.
    package var shown: String {
        let value = milliseconds
        return value < 100 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
    }
}
