internal import SampanRPC

/// The same seed gives the same numbers, everywhere. Print the seed with every failure.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var source: JitterRandom

    package init(seed: UInt64) { source = JitterRandom(seed: seed) }

    package mutating func next() -> UInt64 { source.next() }

    /// The next `count` bytes.
    package mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
