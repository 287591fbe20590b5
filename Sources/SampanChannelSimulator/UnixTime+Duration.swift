internal import SampanDomain

extension UnixTime {
    /// The moment that much later; stays at the ends of the range instead of overflowing.
    func advanced(by duration: Duration) -> UnixTime {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return advanced(byNanoseconds: overflow || overflowed ? (seconds < 0 ? .min : .max) : sum)
    }

    /// How long from the other moment to this; zero when it lies before. At most a day, which is enough to wait at once.
    func remaining(from now: UnixTime) -> Duration {
        let (distance, overflow) = nanoseconds.subtractingReportingOverflow(now.nanoseconds)
        let day: Int64 = 86_400 * 1_000_000_000
        return .nanoseconds(overflow ? (self > now ? day : 0) : max(0, min(day, distance)))
    }
}
