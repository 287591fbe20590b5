internal import SampanDomain
internal import SampanMesh
internal import SampanTestSupport

/// Five years of twelve nodes on a clock of numbers: the authority is down 30 % of the days, clocks are up to 5 minutes off, nodes restart.
struct FiveYears {
    struct Outcome: Sendable {
        /// Share of the days on which nobody could renew.
        let downShare: Double
        let renewals: Int
        let refused: Int
        /// Least that was left of a certificate in use, by the fastest clock of the region, in days; below 0 when one had ended.
        let leastLeftDays: Double
    }

    private static let second: Int64 = 1_000_000_000
    private static let day: Int64 = 86_400 * second
    private static let days = 5 * 365
    private static let start = UnixTime(nanoseconds: 1_800_000_000_000_000_000)
    private static let skew = 300 * second

    private var random: SeededRandom
    private var renewals = 0
    private var refused = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func run() -> Outcome {
        // A third of a life is ten days, two of them jitter and spread: an outage of eight days and more is no matter of a schedule.
        var down: [Bool] = []
        for _ in 0...Self.days { down.append(down.suffix(7).count { $0 } < 7 && Int.random(in: 0..<100, using: &random) < 31) }
        var least = Int64.max
        for index in 0..<12 {
            let offset = index == 0 ? -Self.skew : index == 1 ? Self.skew : Int64.random(in: -Self.skew...Self.skew, using: &random)
            var node = makeNode(offset)
            while node.wakeAt < Int64(Self.days) * Self.day {
                // The fastest clock of the region says how much is left.
                least = min(least, node.notAfter.nanoseconds - Self.start.nanoseconds - node.wakeAt - Self.skew)
                wake(&node, isDown: down[Int(node.wakeAt / Self.day)])
            }
        }
        return Outcome(
            downShare: Double(down.count { $0 }) / Double(down.count), renewals: renewals, refused: refused,
            leastLeftDays: Double(least) / Double(Self.day))
    }

    /// A node whose clock is `offset` off, and that restarts now and then, so that its counting clock begins again.
    private struct Node {
        let offset: Int64
        var schedule: RenewalSchedule
        var notAfter: UnixTime
        var startedAt: Int64 = 0
        var wakeAt: Int64 = 0

        func moment(_ elapsed: Int64) -> RenewalSchedule.Moment {
            RenewalSchedule.Moment(wall: start.advanced(byNanoseconds: elapsed + offset), uptime: elapsed - startedAt)
        }
    }

    private mutating func makeNode(_ offset: Int64) -> Node {
        let (notBefore, notAfter) = Self.certificate(at: 0)
        let now = RenewalSchedule.Moment(wall: Self.start.advanced(byNanoseconds: offset), uptime: 0)
        return Node(
            offset: offset, schedule: RenewalSchedule(notBefore: notBefore, notAfter: notAfter, now: now, jitter: &random),
            notAfter: notAfter)
    }

    private static func certificate(at elapsed: Int64) -> (notBefore: UnixTime, notAfter: UnixTime) {
        let now = start.advanced(byNanoseconds: elapsed)
        return (now.advanced(byNanoseconds: -skew), now.advanced(byNanoseconds: 30 * day))
    }

    private mutating func wake(_ node: inout Node, isDown: Bool) {
        let elapsed = node.wakeAt
        switch node.schedule.decide(node.moment(elapsed)) {
        case .wait(let wait):
            node.wakeAt += max(1, wait)
            guard Int.random(in: 0..<500, using: &random) == 0 else { return }
            // A restart: the schedule is made anew from the certificate.
            node.startedAt = elapsed
            node.schedule = RenewalSchedule(
                notBefore: node.notAfter.advanced(byNanoseconds: -30 * Self.day - Self.skew), notAfter: node.notAfter,
                now: node.moment(elapsed), jitter: &random)
        case .renew where isDown:
            refused += 1
            // Hours instead of seconds now and then, as an authority that is swamped asks for; else the day has 300 attempts.
            let retryAfter: Int64? = Bool.random(using: &random) ? 3_600 * Self.second : nil
            node.schedule.failed(retryAfter: retryAfter, now: node.moment(elapsed), jitter: &random)
        case .renew:
            renewals += 1
            let (notBefore, notAfter) = Self.certificate(at: elapsed)
            node.notAfter = notAfter
            node.schedule.adopted(notBefore: notBefore, notAfter: notAfter, now: node.moment(elapsed), jitter: &random)
        }
    }
}
