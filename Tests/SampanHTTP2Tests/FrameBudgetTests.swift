import Testing
@testable import SampanHTTP2

@Suite("Frame budget")
struct FrameBudgetTests {
    private static let counted: [FloodKind] = [.resets, .pings, .settings, .priorities, .windowUpdates, .emptyData]

    private static var limits: FrameLimits {
        var limits = FrameLimits()
        limits.intervalNanoseconds = 1_000
        (limits.resets, limits.pings, limits.settings, limits.priorities) = (3, 3, 3, 3)
        (limits.windowUpdates, limits.emptyData) = (3, 3)
        return limits
    }

    @Test("as many as the limit, and not one more, per interval and kind", arguments: counted)
    func limit(kind: FloodKind) {
        var budget = FrameBudget(Self.limits)
        budget.advance(to: 5_000)
        let first = (0..<5).map { _ in budget.spend(kind) }
        #expect(first == [true, true, true, false, false])
        let others = Self.counted.filter { $0 != kind }.map { budget.spend($0) }
        #expect(others.allSatisfy { $0 })
        // The last nanosecond of the interval, and the first of the next.
        budget.advance(to: 5_999)
        let last = budget.spend(kind)
        #expect(!last)
        budget.advance(to: 6_000)
        let next = (0..<4).map { _ in budget.spend(kind) }
        #expect(next == [true, true, true, false])
    }

    @Test(
        "what we send earns the peer frames that go with it, and only those",
        arguments: zip(counted, [0, 2, 0, 2, 8, 0]))
    func earned(kind: FloodKind, extra: Int) {
        var budget = FrameBudget(Self.limits)
        budget.advance(to: 0)
        budget.earn()
        budget.earn()
        var allowed = 0
        while allowed < 100, budget.spend(kind) { allowed += 1 }
        #expect(allowed == 3 + extra)
        // It is earned for this interval.
        budget.advance(to: 1_000)
        allowed = 0
        while allowed < 100, budget.spend(kind) { allowed += 1 }
        #expect(allowed == 3)
    }

    @Test("a clock at its ends does not trap", arguments: [Int64.min, -1, 0, .max])
    func clock(now: Int64) {
        var budget = FrameBudget(Self.limits)
        budget.advance(to: now)
        budget.advance(to: .max)
        budget.advance(to: .min)
        let allowed = budget.spend(.pings)
        #expect(allowed)
    }

    @Test("a limit of .max is none")
    func unlimited() {
        var limits = Self.limits
        limits.resets = .max
        var budget = FrameBudget(limits)
        budget.advance(to: 0)
        let allowed = (0..<10_000).map { _ in budget.spend(.resets) }
        #expect(allowed.allSatisfy { $0 })
    }
}
