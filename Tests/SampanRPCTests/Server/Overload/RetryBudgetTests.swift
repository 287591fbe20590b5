import Testing

@testable import SampanRPC

@Suite("Budget of retries")
struct RetryBudgetTests {
    @Test(
        "so many repetitions go through after so many first calls",
        arguments: [
            (20, 0, 0, 0), (20, 0, 4, 0), (20, 0, 5, 1), (20, 0, 99, 19), (20, 0, 100, 20), (20, 10, 0, 10), (20, 10, 100, 30),
            (0, 0, 100, 0),
            (0, 3, 100, 3), (100, 0, 7, 7), (1_000, 0, 1, 10), (-5, -5, 100, 0),
        ])
    func share(percent: Int, minimum: Int, calls: Int, repetitions: Int) {
        var budget = RetryBudget(percent: percent, minimum: minimum, now: 0)
        func takes(isRetry: Bool, at now: Int64) -> Bool { budget.takes(isRetry: isRetry, at: now) }
        for _ in 0..<calls { #expect(takes(isRetry: false, at: 1)) }
        for _ in 0..<repetitions { #expect(takes(isRetry: true, at: 2)) }
        #expect(!takes(isRetry: true, at: 3))
        #expect(takes(isRetry: false, at: 3))
    }

    @Test("what was long ago counts for less, and then for nothing")
    func age() {
        var budget = RetryBudget(percent: 20, minimum: 0, now: 0)
        func takes(isRetry: Bool, at now: Int64) -> Bool { budget.takes(isRetry: isRetry, at: now) }
        for _ in 0..<100 { _ = budget.takes(isRetry: false, at: 0) }
        // Half of them count.
        let later = RetryBudget.halfLife
        for _ in 0..<10 { #expect(takes(isRetry: true, at: later)) }
        #expect(!takes(isRetry: true, at: later))
        #expect(!takes(isRetry: true, at: 100 * RetryBudget.halfLife))
        #expect(!takes(isRetry: true, at: .max / 2))
        // Repetitions are forgotten too.
        var spent = RetryBudget(percent: 0, minimum: 1, now: 0)
        let outcomes = [0, RetryBudget.halfLife - 1, RetryBudget.halfLife].map { spent.takes(isRetry: true, at: $0) }
        #expect(outcomes == [true, false, true])
    }

    @Test("a storm of repetitions becomes a fifth more than the calls", arguments: 1...10 as ClosedRange<UInt64>)
    func storm(seed: UInt64) {
        var random = JitterRandom(seed: seed)
        var budget = RetryBudget(percent: 20, minimum: 10, now: 0)
        var (now, calls, repetitions) = (0 as Int64, 0, 0)
        for _ in 0..<50_000 {
            now += Int64.random(in: 0...2_000_000, using: &random)
            _ = budget.takes(isRetry: false, at: now)
            calls += 1
            for _ in 0..<3 where budget.takes(isRetry: true, at: now) { repetitions += 1 }
        }
        let halfLives = Int(now / RetryBudget.halfLife) + 1
        #expect(repetitions <= calls / 5 + 10 * halfLives + 10, "seed \(seed): \(repetitions) of \(calls)")
        #expect(repetitions >= calls / 6, "seed \(seed): \(repetitions) of \(calls)")
    }
}
