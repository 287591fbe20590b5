/// Measures the turns of a loop. Loop-confined.
struct LoopMeter {
    private var turns = DurationHistogram()
    /// Of this half minute and the one before, in nanoseconds.
    private var longest: Int64 = 0
    private var longestBefore: Int64 = 0
    /// When this half minute is over, on the loop's clock.
    private var halfEnds: Int64 = 0

    private static let half: Int64 = 30_000_000_000

    /// A turn began and ended at these times of the loop's clock.
    mutating func noteTurn(from began: Int64, to ended: Int64) {
        let length = ended &- began
        turns.note(length)
        if ended >= halfEnds { beginHalf(ended) }
        if length > longest { longest = length }
    }

    private mutating func beginHalf(_ now: Int64) {
        // A loop that slept for longer had no long turn in the half before.
        longestBefore = now &- halfEnds < Self.half ? longest : 0
        longest = 0
        halfEnds = now &+ Self.half
    }

    /// As of `now`, on the loop's clock.
    func figures(now: Int64) -> LoopFigures {
        let isRecent = now &- halfEnds < Self.half
        return LoopFigures(turns: turns, longestTurn: isRecent ? max(longest, now < halfEnds ? longestBefore : 0) : 0)
    }
}
