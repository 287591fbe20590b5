/// Which calls are admitted: those above a rank, and of that rank itself a share. Sans-IO.
///
/// The share is dealt out evenly, so that it holds also where all calls are of one rank (one caller, who says nothing of priorities).
package struct AdmissionLevel: Sendable, Hashable {
    /// The lowest rank of which any call is admitted.
    package let rank: UInt8
    /// Of `whole`, 0 to `whole`.
    package let share: Int
    private var dealt = 0

    package static let whole = 1_024

    package init(rank: UInt8, share: Int) {
        self.rank = rank
        self.share = min(max(0, share), Self.whole)
    }

    /// Whether one more call is admitted.
    package mutating func admits(_ rank: UInt8) -> Bool {
        guard rank == self.rank else { return rank > self.rank }
        dealt += share
        guard dealt >= Self.whole else { return false }
        dealt -= Self.whole
        return true
    }

    /// The level at which `target` calls are admitted, of a time that brought `arrivals[rank]` of each rank; nil where that is all of them.
    package init?(admitting target: Int, of arrivals: [Int]) {
        var above = 0
        // Rounded up: else a share of a few calls would be none.
        for rank in arrivals.indices.reversed() {
            let count = arrivals[rank]
            guard above + count > target else {
                above += count
                continue
            }
            self.init(rank: UInt8(clamping: rank), share: ((target - above) * Self.whole + count - 1) / count)
            return
        }
        return nil
    }
}
