/// Randomness of a channel: jitter and draws, nothing secret (SplitMix64; Steele, Lea & Flood 2014). Cheaper than a system call a draw,
/// and the same seed gives the same numbers.
package struct JitterRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A wait ±20 %, so that many clients that failed together do not come back together.
    package mutating func jittered(_ wait: Duration) -> Duration { wait * Int.random(in: 80...120, using: &self) / 100 }
}
