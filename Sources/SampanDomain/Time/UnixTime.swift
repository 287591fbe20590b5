/// A moment: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds. Reaches from 1677 to 2262.
package struct UnixTime: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Throws when the moment lies outside of 1677 to 2262.
    package init(seconds: Int64, nanoseconds: Int64 = 0) throws(DomainError) {
        let (scaled, first) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, second) = scaled.addingReportingOverflow(nanoseconds)
        if first || second { throw DomainError(field: "time", message: "outside of the years 1677 to 2262") }
        self.nanoseconds = sum
    }

    package static func < (left: UnixTime, right: UnixTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Whole seconds, rounded towards the past.
    package var seconds: Int64 { nanoseconds.flooredDivision(by: 1_000_000_000).quotient }

    /// Nanoseconds within the second: 0 to 999,999,999.
    package var nanosecondOfSecond: Int32 { Int32(nanoseconds.flooredDivision(by: 1_000_000_000).remainder) }

    /// The moment that much later (or earlier); stays at the ends of the range instead of overflowing.
    package func advanced(byNanoseconds distance: Int64) -> UnixTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(distance)
        return UnixTime(nanoseconds: overflow ? (distance < 0 ? .min : .max) : sum)
    }
}

extension Int64 {
    /// Division that rounds towards minus infinity, for a positive divisor.
    func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
