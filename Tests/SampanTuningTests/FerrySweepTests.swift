import Testing

@testable import SampanTuning

private func figures(_ workers: Int, _ rate: Int, p99: Int, batch: Int = 64) -> FerryFigures {
    FerryFigures(
        workers: workers, batch: batch, [Duration](repeating: .milliseconds(p99), count: rate), .seconds(1), gateway: 0, inside: 0)
}

/// What was measured, and what is to be chosen.
struct TuningChoice: Sendable, CustomTestStringConvertible {
    let what: String
    let settings: [FerryFigures]
    let workers: Int
    let batch: Int
    var testDescription: String { what }
}

@Suite("Ferry tuning: figures and the choice")
struct FerrySweepTests {
    @Test(
        "GW-09: the fewest workers that carry 95 % of the best, then the lowest p99",
        arguments: [
            TuningChoice(what: "only one", settings: [figures(3, 10, p99: 1)], workers: 3, batch: 64),
            TuningChoice(what: "95 % is enough", settings: [figures(1, 95, p99: 9), figures(2, 100, p99: 1)], workers: 1, batch: 64),
            TuningChoice(what: "94 % is not", settings: [figures(1, 94, p99: 1), figures(2, 100, p99: 9)], workers: 2, batch: 64),
            TuningChoice(
                what: "p99 decides between batches",
                settings: [figures(1, 100, p99: 5), figures(1, 97, p99: 3, batch: 16), figures(2, 100, p99: 1)], workers: 1, batch: 16),
        ])
    func choice(_ choice: TuningChoice) {
        let best = FerrySweep.best(of: choice.settings)
        #expect(best?.workers == choice.workers && best?.batch == choice.batch)
    }

    @Test("nothing measured, nothing chosen")
    func none() {
        #expect(FerrySweep.best(of: [])?.workers == nil)
    }

    @Test("percentiles by nearest rank; CPU time is per request, in microseconds")
    func percentiles() {
        let times = (1...200).map { Duration.milliseconds($0) }.shuffled()
        let figures = FerryFigures(workers: 1, batch: 1, times, .seconds(2), gateway: 0.02, inside: 0.01)
        #expect(figures.requests == 200 && figures.requestsPerSecond == 100)
        #expect(figures.p50Milliseconds == 100 && figures.p99Milliseconds == 198)
        #expect(figures.gatewayMicroseconds == 100 && figures.insideMicroseconds == 50)
        let empty = FerryFigures(workers: 1, batch: 1, [], .seconds(2), gateway: 0.02, inside: 0)
        #expect(empty.requests == 0 && empty.p99Milliseconds == 0)
    }
}
