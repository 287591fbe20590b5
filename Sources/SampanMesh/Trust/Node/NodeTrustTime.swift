package import SampanDomain

/// The clocks of a node's trust. What certificates and locks end by is the wall's; how long to wait is counted by the others.
package struct NodeTrustTime: Sendable {
    package let wall: @Sendable () -> UnixTime
    /// Nanoseconds of a clock that only counts, since whenever.
    package let uptime: @Sendable () -> Int64
    /// Sleeps.
    package let clock: any Clock<Duration>

    package init(wall: @escaping @Sendable () -> UnixTime, uptime: @escaping @Sendable () -> Int64, clock: any Clock<Duration>) {
        self.wall = wall
        self.uptime = uptime
        self.clock = clock
    }

    /// The clocks of this machine; counts also while it sleeps.
    package static func system(wall: @escaping @Sendable () -> UnixTime) -> NodeTrustTime {
        let start = ContinuousClock.now
        return NodeTrustTime(wall: wall, uptime: { start.duration(to: .now).nanosecondsClamped }, clock: ContinuousClock())
    }

    var moment: RenewalSchedule.Moment { RenewalSchedule.Moment(wall: wall(), uptime: uptime()) }
}

extension Duration {
    /// Whole nanoseconds; stays at the ends of the range (292 years).
    var nanosecondsClamped: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
