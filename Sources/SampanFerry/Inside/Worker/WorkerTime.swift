package import SampanDomain

/// The clocks of a worker, handed in so that tests hold them.
package struct WorkerTime: Sendable {
    /// The wall clock: deadlines of rows and times of outcomes are in it.
    package var wall: @Sendable () -> UnixTime
    /// Never goes back: the tick is measured in it.
    package var monotonic: @Sendable () -> ContinuousClock.Instant
    /// Waits, or returns early when the task is cancelled.
    package var pause: @Sendable (Duration) async -> Void

    /// A share of 100 by which the wait after a failure differs, 80 to 120: those that failed together do not come again together.
    package var jitter: @Sendable () -> Int

    package init(
        wall: @escaping @Sendable () -> UnixTime, monotonic: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        jitter: @escaping @Sendable () -> Int = { .random(in: 80...120) }
    ) {
        self.jitter = jitter
        self.wall = wall
        self.monotonic = monotonic
        self.pause = pause
    }
}
