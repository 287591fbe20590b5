import Testing

@testable import SampanTransport

@Suite("Pace of handlers in a turn")
struct HandlerPaceTests {
    /// The default.
    private static let longest: Int64 = 5_000_000

    private static let microsecond: Int64 = 1_000

    /// Starts handlers of `cost` in a turn until it is spent or `count` have started; how many did, and how often the clock was read.
    private static func turn(_ pace: inout HandlerPace, at turn: Int64, count: Int, cost: Int64) -> (started: Int, looks: Int) {
        var (clock, started, looks) = (turn + 100, 0, 0)
        while started < count {
            if pace.mustLook(in: turn) {
                guard !pace.isSpent(in: turn) else { break }
                looks += 1
                pace.looked(at: clock, in: turn)
                guard !pace.isSpent(in: turn) else { break }
            }
            started += 1
            clock += cost
        }
        return (started, looks)
    }

    @Test("a turn with one call reads the clock once")
    func one() {
        var pace = HandlerPace()
        for turn in 1...10 as ClosedRange<Int64> {
            let (started, looks) = Self.turn(&pace, at: turn * 1_000_000, count: 1, cost: 5 * Self.microsecond)
            #expect(started == 1 && looks == 1)
        }
    }

    @Test("short handlers share a look, and a turn of a thousand of them is not divided")
    func short() {
        var pace = HandlerPace()
        _ = Self.turn(&pace, at: 1, count: 100, cost: 3 * Self.microsecond)
        let (started, looks) = Self.turn(&pace, at: 1_000_000, count: 1_000, cost: 3 * Self.microsecond)
        #expect(started == 1_000 && looks <= 1_000 / 16 + 4, "\(looks)")
    }

    @Test("long ones are looked at one by one, and the turn ends after 5 ms", arguments: [400, 500, 1_000, 4_000, 100_000] as [Int64])
    func long(microseconds: Int64) {
        var pace = HandlerPace()
        let (started, _) = Self.turn(&pace, at: 1, count: 1_000, cost: microseconds * Self.microsecond)
        let fair = Int(Self.longest / (microseconds * Self.microsecond)) + 1
        #expect(started >= 1 && started <= fair + 2, "\(started) of \(fair)")
        #expect(pace.isSpent(in: 1) && !pace.isSpent(in: 2))
        // The next turn begins again, however long the last one was.
        let next = Self.turn(&pace, at: 2, count: 1_000, cost: microseconds * Self.microsecond).started
        #expect(next >= 1)
    }

    @Test("a turn that is spent stays so, whoever asks")
    func spent() {
        var pace = HandlerPace()
        _ = pace.mustLook(in: 1)
        pace.looked(at: 1, in: 1)
        while !pace.mustLook(in: 1) {}
        pace.looked(at: 1 + Self.longest, in: 1)
        for _ in 0..<100 {
            let mustLook = pace.mustLook(in: 1)
            #expect(mustLook && pace.isSpent(in: 1))
        }
    }
}
