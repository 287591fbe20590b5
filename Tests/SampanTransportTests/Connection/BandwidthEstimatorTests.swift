@testable import SampanTransport
import Testing

@Suite("Bandwidth estimator")
struct BandwidthEstimatorTests {
    /// An estimator whose times are in milliseconds.
    private final class Line {
        private var estimator: BandwidthEstimator
        var window: Int { estimator.window }

        init(window: Int = 1_000, maximum: Int = 8_000) { estimator = BandwidthEstimator(window: window, maximum: maximum) }

        func ask(at now: Int64, received: Int = 10_000, before nanoseconds: Int64 = 0) -> Bool {
            estimator.ask(now: now * 1_000_000 - nanoseconds, received: received)
        }

        func answer(at now: Int64, received: Int) -> Bool { estimator.answered(now: now * 1_000_000, received: received) }

        /// `bytes` within `trip` milliseconds, from `now` on; true when the window has grown.
        func sample(at now: Int64, _ bytes: Int, trip: Int64 = 50) -> Bool {
            ask(at: now) && answer(at: now + trip, received: 10_000 + bytes)
        }
    }

    @Test(
        "a sample of a third of the window or more doubles it, a smaller one does not",
        arguments: [(0, 1_200), (399, 1_200), (400, 2_400), (9_999, 2_400)])
    func third(bytes: Int, window: Int) {
        let line = Line(window: 1_200)
        #expect(line.sample(at: 0, bytes) == (window > 1_200))
        #expect(line.window == window)
    }

    @Test("it grows to its maximum, which need not be a power of two, and then asks no more")
    func maximum() {
        let line = Line(maximum: 3_000)
        #expect(line.sample(at: 0, 1_000))
        #expect(line.sample(at: 50, 2_000))
        #expect(line.window == 3_000)
        #expect(!line.ask(at: 9_000, received: 1_000_000))
    }

    @Test("one ping at a time")
    func oneAtATime() {
        let line = Line()
        #expect(line.ask(at: 0))
        #expect(!line.ask(at: 5_000))
    }

    @Test("an answer that nobody asked for changes nothing")
    func unasked() {
        let line = Line()
        #expect(!line.answer(at: 5, received: 9_000))
        #expect(line.sample(at: 1, 1_000))
        #expect(!line.answer(at: 90, received: 1_000_000))
        #expect(line.window == 2_000)
    }

    @Test("what waits in a queue is not taken for bandwidth")
    func queues() {
        let line = Line()
        #expect(line.sample(at: 0, 600, trip: 50))
        // Twice the bytes in twice the time: the same line, 600 a round trip, and 2,000 is more than three times that.
        #expect(!line.sample(at: 50, 1_200, trip: 100))
        // Twice the bytes in the same time: a faster one.
        #expect(line.sample(at: 1_000, 1_200, trip: 50))
        #expect(line.window == 4_000)
    }

    @Test("the shortest round trip is forgotten after ten seconds")
    func memory() {
        let line = Line()
        #expect(!line.sample(at: 0, 100, trip: 10))
        #expect(!line.sample(at: 5_000, 2_000, trip: 100))
        #expect(line.sample(at: 9_910, 2_000, trip: 100))
    }

    @Test("samples that change nothing make the rest longer, up to a second; growth ends it")
    func rests() {
        let line = Line()
        var now: Int64 = 0
        for rest: Int64 in [100, 200, 400, 800, 1_000, 1_000] {
            #expect(!line.sample(at: now, 1))
            now += 50 + rest
            #expect(!line.ask(at: now, before: 1), "before \(rest) ms")
        }
        #expect(line.sample(at: now, 1_000))
        #expect(line.ask(at: now + 50))
    }

    @Test("a round trip of no time at all is a short one, no division by zero")
    func instant() {
        let line = Line()
        #expect(line.sample(at: 0, 1_000, trip: 0))
    }
}
