/// How often which latency was seen, in a few kilobytes whatever the count: linear within a power of two (HdrHistogram's idea), so that a
/// figure is at most 1/64 too high. Nanoseconds.
package struct LatencyHistogram: Sendable {
    /// 64 steps in each power of two: 1.6 %, well below what one run differs from the next.
    private static let stepBits = 6
    /// Longer ones count as this: 2^40 ns, 18 minutes. No call lives as long.
    private static let longest: UInt64 = 1 << 40

    private var counts = [UInt32](repeating: 0, count: Self.index(of: Self.longest) + 1)
    package private(set) var count = 0
    package private(set) var largest: UInt64 = 0

    package init() {}

    package mutating func record(_ nanoseconds: Int64) {
        let value = min(UInt64(max(0, nanoseconds)), Self.longest)
        counts[Self.index(of: value)] &+= 1
        count += 1
        largest = max(largest, value)
    }

    /// The latency that `percent` of the calls do not pass (nearest rank), rounded up to its step; nil when there were none.
    package func percentile(_ percent: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = min(count, max(1, Int((percent / 100 * Double(count)).rounded(.up))))
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += Int(number)
            if seen >= rank { return min(Self.upperBound(of: index), largest) }
        }
        return largest
    }

    /// What it holds, as pairs of a step and how often it was seen: what one process tells another.
    package var steps: [Int: UInt32] {
        var steps: [Int: UInt32] = [:]
        for (index, number) in counts.enumerated() where number > 0 { steps[index] = number }
        return steps
    }

    /// Takes in what another has seen. Steps that there are none of are left out.
    package mutating func add(steps: [Int: UInt32], largest other: UInt64) {
        for (index, number) in steps where counts.indices.contains(index) {
            counts[index] &+= number
            count += Int(number)
        }
        largest = max(largest, other)
    }

    /// Values below 128 have an index each; above, the index is the power of two and the six bits after the leading one.
    private static func index(of value: UInt64) -> Int {
        let power = max(0, 63 - value.leadingZeroBitCount - stepBits)
        return power << stepBits + Int(value >> UInt64(power))
    }

    private static func upperBound(of index: Int) -> UInt64 {
        let power = max(0, index >> stepBits - 1)
        return UInt64(index - power << stepBits + 1) << UInt64(power) - 1
    }
}
