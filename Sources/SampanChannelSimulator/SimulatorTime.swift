internal import Glibc
package import SampanDomain

/// The clock and the only way to wait: given to everything in the simulator, so that tests own time.
package struct SimulatorTime: Sendable {
    package let now: @Sendable () -> UnixTime
    /// Returns after the duration; throws `CancellationError` when the task is cancelled meanwhile.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init(now: @escaping @Sendable () -> UnixTime, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    /// The system's wall clock, and sleeps that a set clock does not disturb.
    package static let system = SimulatorTime(
        now: {
            var time = timespec()
            unsafe clock_gettime(CLOCK_REALTIME, &time)
            return UnixTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
        },
        sleep: { try await Task.sleep(for: $0, clock: .continuous) })
}
