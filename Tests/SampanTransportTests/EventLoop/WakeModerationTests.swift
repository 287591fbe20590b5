@testable import SampanTransport
import Testing

@Suite("Wake-up moderation")
struct WakeModerationTests {
    /// One turn: how long after the one before it begins, in µs, what it reads, and whether it writes.
    private struct Turn {
        let after: Int64
        var bytes = 200
        var writes = false
    }

    /// Runs turns and says of each whether the loop pauses after it.
    private static func pauses(_ turns: [Turn]) -> [Bool] {
        var moderation = WakeModeration()
        var now: Int64 = 1_000_000_000
        return turns.map { turn in
            now += turn.after * 1_000
            if turn.bytes > 0 { moderation.noteRead(turn.bytes) }
            if turn.writes { moderation.noteWrite() }
            moderation.endTurn(now: now)
            return moderation.isOn
        }
    }

    private static func turns(_ count: Int, after: Int64 = 10, bytes: Int = 200, writes: Bool = false) -> [Turn] {
        Array(repeating: Turn(after: after, bytes: bytes, writes: writes), count: count)
    }

    @Test("a stream of small messages is gathered from its 33rd turn on, the first of which only begins the count")
    func gathers() throws {
        let pauses = Self.pauses(Self.turns(40))
        #expect(pauses.firstIndex(of: true) == 32)
        #expect(pauses[32...].allSatisfy { $0 })
    }

    private struct Steady: CustomTestStringConvertible {
        let testDescription: String
        let turn: Turn
        /// Every so many turns there is an answer; 0: never.
        var answersEvery = 0
    }

    private static let undisturbed: [Steady] = [
        Steady(testDescription: "turns that are 26 µs apart", turn: Turn(after: 26)),
        Steady(testDescription: "bulk data", turn: Turn(after: 10, bytes: 8_193)),
        Steady(testDescription: "timers and wake-ups that bring nothing", turn: Turn(after: 10, bytes: 0)),
        Steady(testDescription: "ping-pong", turn: Turn(after: 10), answersEvery: 1),
        Steady(testDescription: "every second turn answers", turn: Turn(after: 10), answersEvery: 2),
        Steady(testDescription: "every thirtieth turn answers", turn: Turn(after: 10), answersEvery: 30),
    ]

    @Test("never pauses", arguments: undisturbed)
    private func never(row: Steady) {
        let turns = (0..<500).map { index in
            let answers = row.answersEvery > 0 && index % row.answersEvery == 0
            return Turn(after: row.turn.after, bytes: row.turn.bytes, writes: answers)
        }
        #expect(!Self.pauses(turns).contains(true))
    }

    private struct Ending: CustomTestStringConvertible {
        let testDescription: String
        let turns: [Turn]
        let pausesAfter: Bool
    }

    private static let endings: [Ending] = [
        Ending(testDescription: "nothing came in time", turns: [Turn(after: 161)], pausesAfter: false),
        Ending(testDescription: "it came as late as may be", turns: [Turn(after: 160)], pausesAfter: true),
        Ending(testDescription: "bulk data", turns: [Turn(after: 10, bytes: 8_193)], pausesAfter: false),
        Ending(testDescription: "one write", turns: [Turn(after: 10, writes: true)], pausesAfter: true),
        Ending(testDescription: "two writes in a row", turns: turns(2, writes: true), pausesAfter: false),
    ]

    @Test("what ends the pauses", arguments: endings)
    private func ends(row: Ending) {
        let pauses = Self.pauses(Self.turns(100) + row.turns)
        #expect(pauses[99])
        #expect(pauses.last == row.pausesAfter)
    }
}
