/// When something that is tried again and again, and fails, is worth a line in a log: at first, whenever the reason is another, and of the
/// same reason after a minute, then twice as long each time up to an hour. Sans-IO.
struct FailureRhythm {
    /// 1 min: who watches the log sees that it is still so.
    static let firstSilence: Duration = .seconds(60)
    /// 1 h: some 30 lines a day, and an hour's log has one.
    static let longestSilence: Duration = .seconds(3_600)

    private var reason: String?
    private var silence = firstSilence
    private var toldAt: ContinuousClock.Instant?
    /// Failures since the last line.
    private var untold = 0

    /// How many failures of the same reason a line stands for; nil for no line now.
    mutating func failed(_ reason: String, at now: ContinuousClock.Instant) -> Int? {
        untold += 1
        if reason == self.reason, let toldAt {
            guard now - toldAt >= silence else { return nil }
            silence = min(silence * 2, Self.longestSilence)
        } else {
            (self.reason, silence, untold) = (reason, Self.firstSilence, 1)
        }
        toldAt = now
        defer { untold = 0 }
        return untold
    }

    /// It did well: the next failure is the first.
    mutating func succeeded() { self = FailureRhythm() }
}
