internal import FoundationEssentials
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
        // A Date is a Double: right to the microsecond, which is what is kept of it.
        now: { UnixTime(nanoseconds: Int64(Date().timeIntervalSince1970 * 1_000_000) &* 1_000) },
        sleep: { try await Task.sleep(for: $0, clock: .continuous) })
}
