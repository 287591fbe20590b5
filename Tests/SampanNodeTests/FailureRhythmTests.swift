import Testing

@testable import SampanNode

@Suite("When a failure that goes on is told")
struct FailureRhythmTests {
    @Test("at first, when the reason is another, and of the same one at 1, 3, 7, 15 … minutes, then each hour")
    func rhythm() {
        var rhythm = FailureRhythm()
        let start = ContinuousClock.now
        var told: [Int] = []
        var count = 0
        // Every 5 s for four hours.
        for second in stride(from: 0, through: 4 * 3_600, by: 5) {
            guard let times = rhythm.failed("PERMISSION_DENIED", at: start + .seconds(second)) else { continue }
            told.append(second)
            count += times
        }
        #expect(told == [0, 60, 180, 420, 900, 1_860, 3_780, 7_380, 10_980])
        #expect(count == 10_980 / 5 + 1)
    }

    @Test("another reason is told at once, also one that comes back; after a success everything is new")
    func changes() {
        var rhythm = FailureRhythm()
        let now = ContinuousClock.now
        #expect(rhythm.failed("a", at: now) == 1)
        #expect(rhythm.failed("a", at: now) == nil)
        #expect(rhythm.failed("b", at: now) == 1)
        #expect(rhythm.failed("a", at: now) == 1)
        #expect(rhythm.failed("a", at: now + .seconds(59)) == nil)
        #expect(rhythm.failed("a", at: now + .seconds(60)) == 2)
        #expect(rhythm.failed("a", at: now + .seconds(120)) == nil)
        rhythm.succeeded()
        #expect(rhythm.failed("a", at: now + .seconds(121)) == 1)
    }
}
