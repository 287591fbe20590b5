/// How many of the calls of one caller to one method may be repetitions: a share of what it called lately, and a few in any case. Sans-IO.
///
/// Where every caller may repeat a failed call three times, a node that is slow for a moment gets four times its load for as long as it
/// stays slow; with a budget it gets a fifth more (Site Reliability Engineering, chapter 21, "Handling Overload": per-client retry budget).
/// Both numbers are halved every `halfLife`, so they speak of the last ten seconds or so.
package struct RetryBudget: Sendable, Hashable {
    /// 5 s, in nanoseconds: two of them are a person's patience.
    package static let halfLife: Int64 = 5_000_000_000

    /// Hundredths of the first attempts.
    private let percent: Int
    /// Repetitions that are always let through.
    private let minimum: Int
    private var calls = 0
    private var retries = 0
    private var halvedAt: Int64

    /// - Parameters:
    ///   - percent: repetitions for a hundred first attempts; held to 0 to 1,000.
    ///   - minimum: repetitions within a half-life that need none; held to 0 to 1,000,000.
    package init(percent: Int, minimum: Int, now: Int64) {
        self.percent = min(max(0, percent), 1_000)
        self.minimum = min(max(0, minimum), 1_000_000)
        halvedAt = now
    }

    /// A call has come; false for a repetition that there is no room for.
    package mutating func takes(isRetry: Bool, at now: Int64) -> Bool {
        if now &- halvedAt >= Self.halfLife { age(now) }
        guard isRetry else {
            calls += 1
            return true
        }
        guard (retries + 1) * 100 <= minimum * 100 + calls * percent else { return false }
        retries += 1
        return true
    }

    private mutating func age(_ now: Int64) {
        let halvings = (now &- halvedAt) / Self.halfLife
        (calls, retries) = halvings < 62 ? (calls >> halvings, retries >> halvings) : (0, 0)
        halvedAt &+= halvings &* Self.halfLife
    }
}
