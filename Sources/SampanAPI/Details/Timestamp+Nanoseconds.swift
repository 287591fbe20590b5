extension GoogleProtobuf.Timestamp {
    /// Nanoseconds since 1970-01-01T00:00:00Z, negative before; every `Int64` is a valid timestamp (1677 to 2262).
    public init(nanosecondsSince1970: Int64) {
        // Whole seconds downwards: `nanos` counts forward in time also before 1970 (timestamp.proto).
        var seconds = nanosecondsSince1970 / 1_000_000_000
        var nanos = nanosecondsSince1970 % 1_000_000_000
        if nanos < 0 {
            seconds -= 1
            nanos += 1_000_000_000
        }
        self.init(seconds: seconds, nanos: Int32(nanos))
    }

    /// The moment in nanoseconds since 1970-01-01T00:00:00Z; nil when `nanos` is not 0 to 999,999,999 or the moment
    /// does not fit (before 1677-09-21 or after 2262-04-11).
    public var nanosecondsSince1970: Int64? {
        guard (0...999_999_999).contains(nanos) else { return nil }
        // Of the floor, so that the lowest Int64 comes back: its whole seconds alone lie below the range.
        let (low, high) = seconds < 0 ? (seconds + 1, Int64(nanos) - 1_000_000_000) : (seconds, Int64(nanos))
        let (scaled, overflow) = low.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return nil }
        let (sum, overflowed) = scaled.addingReportingOverflow(high)
        return overflowed ? nil : sum
    }
}
