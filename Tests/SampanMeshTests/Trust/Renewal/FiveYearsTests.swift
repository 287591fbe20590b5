import SampanDomain
import SampanMesh
import SampanTestSupport
import Testing

@Suite("Five virtual years")
struct FiveYearsTests {
    private static let second: Int64 = 1_000_000_000
    private static let day: Int64 = 86_400 * second
    private static let start = UnixTime(nanoseconds: 1_800_000_000_000_000_000)
    private static let skew = 300 * second

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

    private static func certificate(at elapsed: Int64) -> (notBefore: UnixTime, notAfter: UnixTime) {
        let now = start.advanced(byNanoseconds: elapsed)
        return (now.advanced(byNanoseconds: -skew), now.advanced(byNanoseconds: 30 * day))
    }

    @Test(
        "the authority down 30 % of the days, clocks ± 5 min off, restarts: no certificate ends in use, for any clock in the region",
        arguments: [UInt64(4_012), 4_013, 4_014])
    func noExpiry(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        // A third of a life is ten days, two of them jitter and spread: an outage of eight days and more is no matter of a schedule.
        var down: [Bool] = []
        for _ in 0..<(5 * 365 + 1) { down.append(down.suffix(7).count { $0 } < 7 && Int.random(in: 0..<100, using: &random) < 31) }
        let share = Double(down.count { $0 }) / Double(down.count)
        var least = Int64.max
        var (renewals, refused) = (0, 0)
        for index in 0..<12 {
            let offset = index == 0 ? skew(-1) : index == 1 ? skew(1) : Int64.random(in: -Self.skew...Self.skew, using: &random)
            let (notBefore, notAfter) = Self.certificate(at: 0)
            let now = RenewalSchedule.Moment(wall: Self.start.advanced(byNanoseconds: offset), uptime: 0)
            var node = Node(
                offset: offset, schedule: RenewalSchedule(notBefore: notBefore, notAfter: notAfter, now: now, jitter: &random),
                notAfter: notAfter)
            while node.wakeAt < 5 * 365 * Self.day {
                let elapsed = node.wakeAt
                // The fastest clock of the region says how much is left.
                let left = node.notAfter.nanoseconds - Self.start.nanoseconds - elapsed - Self.skew
                least = min(least, left)
                try #require(left > 0, "seed \(seed), node \(index), day \(elapsed / Self.day)")
                try wake(&node, isDown: down[Int(elapsed / Self.day)], &random, &renewals, &refused)
            }
        }
        let days = Double(least) / Double(Self.day)
        print("seed \(seed): down \(Int(share * 100)) % of the days, \(renewals) renewals, \(refused) refused, least left \(days) days")
        #expect(share > 0.28 && renewals > 12 * 80)
    }

    private func skew(_ sign: Int64) -> Int64 { sign * Self.skew }

    private func wake(
        _ node: inout Node, isDown: Bool, _ random: inout SeededRandom, _ renewals: inout Int, _ refused: inout Int
    ) throws {
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
