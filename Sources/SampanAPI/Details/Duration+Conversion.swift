extension GoogleProtobuf.Duration {
    /// Most seconds either way (duration.proto): about 10,000 years.
    private static let maximumSeconds: Int64 = 315_576_000_000

    /// A length of time, cut to whole nanoseconds; nil when it is longer than 10,000 years.
    public init?(_ duration: Swift.Duration) {
        // Before `components`, which traps outside of Int64 seconds.
        guard (.seconds(-Self.maximumSeconds)...(.seconds(Self.maximumSeconds))).contains(duration) else { return nil }
        let (seconds, attoseconds) = duration.components
        // Of both Swift and protobuf the two parts have the same sign.
        let nanos = Int32(truncatingIfNeeded: attoseconds / 1_000_000_000)
        self.init(seconds: seconds, nanos: nanos)
    }

    /// The length of time; nil when the parts differ in sign or are out of range.
    public var duration: Swift.Duration? {
        guard (-Self.maximumSeconds...Self.maximumSeconds).contains(seconds), (-999_999_999...999_999_999).contains(nanos),
            !(seconds < 0 && nanos > 0), !(seconds > 0 && nanos < 0)
        else { return nil }
        return .seconds(seconds) + .nanoseconds(Int64(nanos))
    }
}
