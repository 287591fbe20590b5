package import SampanDomain

/// The clocks of an audit log.
package struct AuditTime: Sendable {
    /// When things happen, as entries say it.
    package var now: @Sendable () -> UnixTime
    /// Waits, or returns early when the task is cancelled.
    package var pause: @Sendable (Duration) async -> Void
    /// The same, before a seal.
    package var rest: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }

    package init(
        now: @escaping @Sendable () -> UnixTime, pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.now = now
        self.pause = pause
    }
}
