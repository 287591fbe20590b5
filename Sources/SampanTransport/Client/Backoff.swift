/// Waits between failed connects: doubling, with jitter, so that many clients of a node that comes back do not come at once
/// (gRPC connection-backoff.md).
struct Backoff: Sendable {
    private let initial: Duration
    private let maximum: Duration
    private var base: Duration

    init(initial: Duration, maximum: Duration) {
        self.initial = initial
        self.maximum = maximum
        base = initial
    }

    /// The next wait: the base ±20 %, then the base doubles.
    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        let percent = Int.random(in: 80...120, using: &random)
        defer { base = min(base * 2, maximum) }
        return base * percent / 100
    }

    /// After a connection that worked.
    mutating func reset() {
        base = initial
    }
}
