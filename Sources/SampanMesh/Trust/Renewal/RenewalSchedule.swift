package import SampanDomain

/// When a node renews its certificate: at 2/3 of its life ± 5 %, at once under a new issuer, and again and again until it works.
/// No clock and no randomness of its own; ask `decide` whenever a wait that it named is over.
///
/// ```
///  adopted ──► waiting ──(2/3 of the life)──► due ──begin──► asking ──► adopted
///                 └──(another issuer signs)────┘   ▲            └── failed ──► backing off ──┐
///                                                  └────────(wait over, or hope)─────────────┘
/// ```
///
/// A clock on the wall may be wrong and may jump; a clock that only counts cannot, but it forgets at a restart. So a renewal is due by
/// whichever says so first, and no wait is longer than `longestWait`: a jump costs one early renewal or one look, never a lost certificate.
package struct RenewalSchedule: Sendable {
    /// Both clocks, read together.
    package struct Moment: Sendable, Hashable {
        package let wall: UnixTime
        /// Nanoseconds, 0 upwards, of a clock that only counts (since the start of the machine or the program).
        package let uptime: Int64

        package init(wall: UnixTime, uptime: Int64) {
            self.wall = wall
            self.uptime = uptime
        }
    }

    package enum Decision: Sendable, Hashable {
        /// Ask again after that many nanoseconds of the counting clock: at least 1, at most an hour.
        case wait(nanoseconds: Int64)
        /// Ask the authority now. Call `failed` or `adopted` with what becomes of it.
        case renew
    }

    private static let second: Int64 = 1_000_000_000
    /// Nanoseconds after which it looks again, whatever the clocks said: an hour is 1/500 of the shortest useful life.
    private static let longestWait = 3_600 * second
    /// Nanoseconds before the second attempt; doubled for each further one.
    private static let firstBackOff = second
    /// 5 minutes: an authority that comes back is found within them, and 1,000 nodes ask 3 times a second.
    private static let longestBackOff = 300 * second
    /// Nanoseconds that a certificate is taken to have left at the least: one that has ended, or seems to, asks no more often for it.
    private static let shortestLeft = 20 * second
    /// At least so long between a renewal that worked and the next for age: a node whose clock is years ahead finds every new certificate
    /// old, and would do nothing but renew.
    private static let shortestInterval = 60 * second

    /// Last moment of the certificate.
    private var notAfter: UnixTime
    /// When it is due: by the wall, and by the counting clock.
    private var dueWall: UnixTime
    private var dueUptime: Int64
    /// Not for age before this (counting clock).
    private var restUntil: Int64
    /// Not before this after a failure (counting clock); nil when none is behind us.
    private var retryAt: Int64?
    private var failures = 0
    /// When to renew because another issuer signs (counting clock).
    private var issuerChangeAt: Int64?
    private var isAsking = false

    /// For a certificate that the node begins with. `jitter` draws the ± 5 %.
    package init(
        notBefore: UnixTime, notAfter: UnixTime, now: Moment, jitter: inout some RandomNumberGenerator
    ) {
        self.notAfter = notAfter
        dueWall = notAfter
        dueUptime = 0
        restUntil = now.uptime
        plan(from: notBefore, now, &jitter)
    }

    /// What to do now.
    package mutating func decide(_ now: Moment) -> Decision {
        if isAsking { return .wait(nanoseconds: Self.longestWait) }
        var wait = Self.longestWait
        if let issuerChangeAt { wait = min(wait, issuerChangeAt - now.uptime) }
        wait = min(wait, max(restUntil - now.uptime, min(dueUptime - now.uptime, distance(now.wall, dueWall))))
        if let retryAt { wait = max(wait, retryAt - now.uptime) }
        guard wait <= 0 else { return .wait(nanoseconds: min(wait, Self.longestWait)) }
        isAsking = true
        return .renew
    }

    /// The node shows this certificate from now on.
    package mutating func adopted(
        notBefore: UnixTime, notAfter: UnixTime, now: Moment, jitter: inout some RandomNumberGenerator
    ) {
        self.notAfter = notAfter
        restUntil = later(now.uptime, Self.shortestInterval)
        retryAt = nil
        failures = 0
        issuerChangeAt = nil
        isAsking = false
        plan(from: notBefore, now, &jitter)
    }

    /// The authority could not be asked, or refused. `retryAfter` in nanoseconds is what it asked for, cut to an hour and to a quarter of
    /// what the certificate has left: nobody is talked into letting it end.
    package mutating func failed(retryAfter: Int64? = nil, now: Moment, jitter: inout some RandomNumberGenerator) {
        isAsking = false
        let left = max(Self.shortestLeft, distance(now.wall, notAfter) / 4)
        let doubled = Self.firstBackOff << min(failures, 9)
        failures += 1
        let longest = min(doubled, Self.longestBackOff, left)
        var wait = Int64.random(in: longest / 2...longest, using: &jitter)
        if let retryAfter, retryAfter > 0 {
            // Spread above it: all who were told the same would come back together.
            let asked = min(retryAfter, Self.longestWait)
            wait = min(max(wait, asked + Int64.random(in: 0...asked / 10, using: &jitter)), left)
        }
        retryAt = later(now.uptime, wait)
    }

    /// The authority is there again, or a new epoch came: no reason to wait out a back-off.
    package mutating func hope() {
        retryAt = nil
        failures = 0
    }

    /// Another issuer signs: renew within so many nanoseconds, at a random moment. Said twice it counts once.
    package mutating func issuerChanged(within spread: Int64, now: Moment, jitter: inout some RandomNumberGenerator) {
        guard issuerChangeAt == nil else { return }
        issuerChangeAt = later(now.uptime, Int64.random(in: 0...max(0, spread), using: &jitter))
    }

    /// Nanoseconds that the certificate has left by the wall's clock; negative when it has ended.
    package func remaining(at wall: UnixTime) -> Int64 { distance(wall, notAfter) }

    private mutating func plan(from notBefore: UnixTime, _ now: Moment, _ jitter: inout some RandomNumberGenerator) {
        let life = max(0, distance(notBefore, notAfter))
        // In thousandths of the life: 2/3 ± 5 % of the life.
        let share = Int64.random(in: 617...717, using: &jitter)
        let age = life / 1_000 * share
        dueWall = notBefore.advanced(byNanoseconds: age)
        dueUptime = later(now.uptime, min(max(0, distance(now.wall, dueWall)), age))
    }

    private func distance(_ from: UnixTime, _ to: UnixTime) -> Int64 {
        let (difference, overflow) = to.nanoseconds.subtractingReportingOverflow(from.nanoseconds)
        return overflow ? (to < from ? .min : .max) : difference
    }

    private func later(_ uptime: Int64, _ wait: Int64) -> Int64 {
        let (sum, overflow) = uptime.addingReportingOverflow(wait)
        return overflow ? .max : sum
    }
}
