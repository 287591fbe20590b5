/// How busy a loop has been.
package struct LoopFigures: Sendable {
    /// Turns by their length on the clock of the wall: what comes meanwhile waits for so long.
    package internal(set) var turns = DurationHistogram()
    /// The longest turn of the last minute, give or take half of it, in nanoseconds.
    package internal(set) var longestTurn: Int64 = 0
}
