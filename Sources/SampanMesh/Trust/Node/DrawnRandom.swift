/// Randomness that whoever composes a node draws from.
struct DrawnRandom: RandomNumberGenerator {
    let draw: @Sendable () -> UInt64

    mutating func next() -> UInt64 { draw() }
}
