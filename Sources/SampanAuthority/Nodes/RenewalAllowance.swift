internal import Synchronization

/// How many may renew: so many at once, and so many a second. Counts in thousandths of a renewal, so that nothing is lost by rounding.
final class RenewalAllowance: Sendable {
    private struct State {
        var thousandths: Int64
        var at: Int64
    }

    private let perSecond: Int64
    private let burst: Int64
    private let state: Mutex<State>

    init(perSecond: Int64, burst: Int64, at uptime: Int64) {
        self.perSecond = max(1, perSecond)
        self.burst = max(1, burst)
        state = Mutex(State(thousandths: max(1, burst) * 1_000, at: uptime))
    }

    /// Throws `tooManyRenewals`, which says when to try again.
    func take(at uptime: Int64) throws(AuthorityError) {
        let missing = state.withLock { state -> Int64 in
            // Milliseconds that have passed; more than it takes to fill it count as that.
            let passed = min(max(0, (uptime - state.at) / 1_000_000), burst * 1_000 / perSecond + 1)
            if passed > 0 {
                state.thousandths = min(burst * 1_000, state.thousandths + passed * perSecond)
                state.at = uptime
            }
            guard state.thousandths < 1_000 else {
                state.thousandths -= 1_000
                return 0
            }
            return 1_000 - state.thousandths
        }
        if missing > 0 { throw .tooManyRenewals(afterMilliseconds: max(1, (missing + perSecond - 1) / perSecond)) }
    }
}
