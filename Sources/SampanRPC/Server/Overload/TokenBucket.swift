/// A rate with room for bursts: so many calls a second, and as many at once as the bucket is deep. Sans-IO.
///
/// The generic cell rate algorithm (ITU-T I.371, Annex A): the whole state is one time, that at which the bucket is full again, so that it
/// can be kept in one atomic number.
package struct TokenBucket: Sendable, Hashable {
    /// Calls a second, at most: the time between two is kept in whole nanoseconds, and then right to a thousandth.
    package static let fastest = 1_000_000

    /// Nanoseconds that a token takes to come.
    private let interval: Int64
    /// How far ahead of now the bucket may be empty.
    private let depth: Int64
    /// When it is full again, on the clock of `take`.
    package var fullAt: Int64 = .min

    /// - Parameters:
    ///   - rate: tokens a second; held to 1 to `fastest`.
    ///   - burst: tokens of a full bucket; held to 1 to an hour's.
    package init(rate: Int, burst: Int) {
        let rate = Int64(min(max(1, rate), Self.fastest))
        interval = 1_000_000_000 / rate
        depth = interval * (min(max(1, Int64(burst)), rate * 3_600) - 1)
    }

    /// Takes a token. Returns 0, or after how many nanoseconds there is one again. `now`: nanoseconds of a clock that starts near zero.
    package mutating func take(at now: Int64) -> Int64 {
        let start = max(fullAt, now)
        let ahead = start &- now
        guard ahead <= depth else { return ahead &- depth }
        fullAt = start &+ interval
        return 0
    }
}
