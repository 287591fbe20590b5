import SampanDomain
import SampanMesh
import SampanTestSupport
import Testing

@Suite("When a certificate is renewed")
struct RenewalScheduleTests {
    private typealias Moment = RenewalSchedule.Moment
    private static let second: Int64 = 1_000_000_000
    private static let day: Int64 = 86_400 * second
    private static let start = UnixTime(nanoseconds: 1_800_000_000_000_000_000)

    private static func moment(_ elapsed: Int64, wall offset: Int64 = 0) -> Moment {
        Moment(wall: start.advanced(byNanoseconds: elapsed).advanced(byNanoseconds: offset), uptime: elapsed)
    }

    private static func schedule(days: Int64 = 30, wall offset: Int64 = 0, _ random: inout SeededRandom) -> RenewalSchedule {
        RenewalSchedule(
            notBefore: start, notAfter: start.advanced(byNanoseconds: days * day), now: moment(0, wall: offset), jitter: &random)
    }

    /// Asks until it says renew, and returns when it did; `clock` gives the wall's offset at each moment.
    private static func due(
        _ schedule: inout RenewalSchedule, from: Int64 = 0, wall clock: (Int64) -> Int64 = { _ in 0 }
    ) throws -> Int64 {
        var elapsed = from
        for _ in 0..<10_000 {
            guard case .wait(let wait) = schedule.decide(moment(elapsed, wall: clock(elapsed))) else { return elapsed }
            try #require(wait >= 1 && wait <= 3_600 * second)
            elapsed += wait
        }
        throw StuckError()
    }

    private struct StuckError: Error {}

    @Test("at 2/3 of the life, ± 5 % of it, spread over all of that", arguments: [1, 30, 365])
    func age(days: Int64) throws {
        let seed: UInt64 = 4_005
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        var shares: [Double] = []
        for _ in 0..<200 {
            var schedule = Self.schedule(days: days, &random)
            shares.append(Double(try Self.due(&schedule)) / Double(days * Self.day))
        }
        #expect(shares.allSatisfy { $0 > 0.616 && $0 < 0.718 })
        #expect(shares.contains { $0 < 0.63 } && shares.contains { $0 > 0.70 })
    }

    @Test("a wall clock that jumps by ten minutes moves a renewal by no more than an hour", arguments: [600, -600] as [Int64])
    func jump(seconds: Int64) throws {
        var random = SeededRandom(seed: 4_006)
        for _ in 0..<50 {
            var (straight, jumping) = (random, random)
            var first = Self.schedule(&straight)
            var second = Self.schedule(&jumping)
            _ = random.next()
            let expected = try Self.due(&first)
            let found = try Self.due(&second) { $0 > 3 * Self.day ? seconds * Self.second : 0 }
            #expect(abs(expected - found) <= 3_600 * Self.second)
        }
    }

    @Test(
        "a clock before 1970, or far off either way, neither loses a certificate nor renews without end",
        arguments: [-60 * 365 * day, -5 * 365 * day, 5 * 365 * day, 30 * day, 21 * day] as [Int64])
    func wrongClock(offset: Int64) throws {
        var random = SeededRandom(seed: 4_007)
        var schedule = Self.schedule(wall: offset, &random)
        var elapsed = try Self.due(&schedule) { _ in offset }
        #expect(elapsed <= 22 * Self.day)
        // The authority's clock is right: the next certificate is as old to this node as the last.
        for _ in 0..<20 {
            let issued = Self.start.advanced(byNanoseconds: elapsed)
            schedule.adopted(
                notBefore: issued, notAfter: issued.advanced(byNanoseconds: 30 * Self.day), now: Self.moment(elapsed, wall: offset),
                jitter: &random)
            let next = try Self.due(&schedule, from: elapsed) { _ in offset }
            #expect(next - elapsed >= 60 * Self.second && next - elapsed <= 22 * Self.day)
            elapsed = next
        }
    }

    @Test("failures back off, doubling, to five minutes; hope resets them")
    func backOff() throws {
        var random = SeededRandom(seed: 4_008)
        var schedule = Self.schedule(&random)
        var elapsed = try Self.due(&schedule)
        for attempt in 0..<14 {
            schedule.failed(now: Self.moment(elapsed), jitter: &random)
            let next = try Self.due(&schedule, from: elapsed)
            let longest = min(Self.second << attempt, 300 * Self.second)
            #expect(next - elapsed >= longest / 2 && next - elapsed <= longest, "attempt \(attempt)")
            elapsed = next
        }
        schedule.failed(now: Self.moment(elapsed), jitter: &random)
        schedule.hope()
        #expect(schedule.decide(Self.moment(elapsed)) == .renew)
        schedule.failed(now: Self.moment(elapsed), jitter: &random)
        #expect(try Self.due(&schedule, from: elapsed) - elapsed <= Self.second)
    }

    @Test("what the authority asks for is waited for, within an hour and a quarter of what is left")
    func retryAfter() throws {
        var random = SeededRandom(seed: 4_009)
        let third = 20 * Self.day
        for (asked, least, most) in [
            (60, 60, 66), (86_400, 3_600, 3_960), (-1, 0, 1), (Int64.max / 1_000_000_000, 3_600, 3_960),
        ] as [(Int64, Int64, Int64)] {
            var schedule = Self.schedule(&random)
            schedule.issuerChanged(within: 5 * Self.second, now: Self.moment(third - 10 * Self.second), jitter: &random)
            #expect(schedule.decide(Self.moment(third)) == .renew)
            schedule.failed(retryAfter: asked * Self.second, now: Self.moment(third), jitter: &random)
            let wait = try Self.due(&schedule, from: third) - third
            #expect(wait >= least * Self.second && wait <= most * Self.second, "\(asked) s asked, \(wait) ns waited")
        }
        var schedule = Self.schedule(&random)
        let late = 30 * Self.day - 400 * Self.second
        _ = schedule.decide(Self.moment(late))
        schedule.failed(retryAfter: 3_600 * Self.second, now: Self.moment(late), jitter: &random)
        #expect(try Self.due(&schedule, from: late) - late <= 100 * Self.second)
    }

    @Test("another issuer: within the time that is given, spread, and once; at once where there is none")
    func issuer() throws {
        var random = SeededRandom(seed: 4_010)
        var waits: [Int64] = []
        for _ in 0..<100 {
            var schedule = Self.schedule(&random)
            schedule.issuerChanged(within: 5 * Self.second, now: Self.moment(Self.day), jitter: &random)
            let first = try Self.due(&schedule, from: Self.day)
            waits.append(first - Self.day)
            schedule.adopted(
                notBefore: Self.start, notAfter: Self.start.advanced(byNanoseconds: 30 * Self.day), now: Self.moment(first),
                jitter: &random)
            #expect(try Self.due(&schedule, from: first) > 18 * Self.day)
        }
        #expect(waits.allSatisfy { $0 >= 0 && $0 <= 5 * Self.second } && Set(waits).count > 90)
        for none in [0, -1] as [Int64] {
            var schedule = Self.schedule(&random)
            schedule.issuerChanged(within: none, now: Self.moment(Self.day), jitter: &random)
            #expect(schedule.decide(Self.moment(Self.day)) == .renew)
        }
    }

    @Test("while an attempt is under way nothing else is begun")
    func asking() {
        var random = SeededRandom(seed: 4_011)
        var schedule = Self.schedule(&random)
        #expect(schedule.decide(Self.moment(25 * Self.day)) == .renew)
        #expect(schedule.decide(Self.moment(26 * Self.day)) != .renew)
        #expect(schedule.remaining(at: Self.start) == 30 * Self.day)
    }
}
