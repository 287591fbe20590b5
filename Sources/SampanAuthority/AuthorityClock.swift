package import SampanDomain

/// The time as an authority sees it; injected, so that tests hold it in their hands.
package struct AuthorityClock: Sendable {
    /// The clock on the wall: what certificates and records say.
    package let wall: @Sendable () -> UnixTime
    /// Nanoseconds of a clock that only counts: who is absent, how long a cut took.
    package let uptime: @Sendable () -> Int64
    /// Waits so long, or returns early when the task is cancelled.
    package let pause: @Sendable (Duration) async -> Void

    package init(
        wall: @escaping @Sendable () -> UnixTime, uptime: @escaping @Sendable () -> Int64,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.wall = wall
        self.uptime = uptime
        self.pause = pause
    }
}
