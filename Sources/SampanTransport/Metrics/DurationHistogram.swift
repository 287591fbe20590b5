/// How often something took how long, in buckets that are the same everywhere, so that those of loops, nodes and regions can be added up.
///
/// Bounds: 50 µs, and each twice the one before, to 105 s. An estimate from it is off by a factor of two at the most, and finding the
/// bucket takes neither a search nor a branch.
package struct DurationHistogram: Sendable {
    /// Buckets with an upper bound; one more is for what is longer than the last.
    package static let boundCount = 22
    /// The first upper bound, in nanoseconds.
    static let first: UInt64 = 50_000

    /// How many were in a bucket itself: above the bound of the one before, up to and including its own.
    package private(set) var counts = InlineArray<23, UInt64>(repeating: 0)
    /// Of all, in nanoseconds. Wraps after 584 years.
    package private(set) var sum: UInt64 = 0

    package init() {}

    /// The upper bound of a bucket, in nanoseconds; `index` is below `boundCount`.
    package static func bound(_ index: Int) -> UInt64 { first << UInt64(truncatingIfNeeded: index) }

    /// The bucket of a time. Zero and less are in the first.
    package static func index(of nanoseconds: Int64) -> Int {
        let units = UInt64(truncatingIfNeeded: max(1, nanoseconds) - 1) / first
        return min(boundCount, 64 - units.leadingZeroBitCount)
    }

    /// Counts `count` things that took `nanoseconds` each; less than zero counts as zero.
    package mutating func note(_ nanoseconds: Int64, count: UInt64 = 1) {
        counts[Self.index(of: nanoseconds)] &+= count
        sum &+= UInt64(truncatingIfNeeded: max(0, nanoseconds)) &* count
    }

    package mutating func add(_ other: DurationHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sum &+= other.sum
    }

    /// How many there were.
    package var count: UInt64 {
        var total: UInt64 = 0
        for index in counts.indices { total &+= counts[index] }
        return total
    }
}
