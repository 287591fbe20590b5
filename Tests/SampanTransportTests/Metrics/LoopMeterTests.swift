import Testing

@testable import SampanTransport

@Suite("Turns of a loop, measured")
struct LoopMeterTests {
    private static let second: Int64 = 1_000_000_000

    @Test("the longest turn is that of the last minute, give or take half of it")
    func longest() {
        var meter = LoopMeter()
        meter.noteTurn(from: 100 * Self.second, to: 100 * Self.second + 5_000)
        #expect(meter.figures(now: 101 * Self.second).longestTurn == 5_000)
        meter.noteTurn(from: 131 * Self.second, to: 131 * Self.second + 20)
        #expect(meter.figures(now: 132 * Self.second).longestTurn == 5_000)
        meter.noteTurn(from: 162 * Self.second, to: 162 * Self.second + 10)
        #expect(meter.figures(now: 162 * Self.second).longestTurn == 20)
        #expect(meter.figures(now: 162 * Self.second).turns.count == 3)
    }

    @Test("a loop that sleeps has no long turn")
    func sleep() {
        var meter = LoopMeter()
        meter.noteTurn(from: 0, to: 7_000)
        #expect(meter.figures(now: 20 * Self.second).longestTurn == 7_000)
        #expect(meter.figures(now: 500 * Self.second).longestTurn == 0)
        meter.noteTurn(from: 600 * Self.second, to: 600 * Self.second + 1)
        #expect(meter.figures(now: 600 * Self.second).longestTurn == 1)
    }
}
