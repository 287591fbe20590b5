import Testing
@testable import SampanHTTP2

@Suite("What a turn takes of one connection")
struct TurnAllowanceTests {
    /// Of one head of `SessionPair.request`: four fields of 43, as RFC 9113 §6.5.2 counts.
    private static let listSize = 4 * 43

    struct Row: Sendable {
        let frames: Int
        let fieldBytes: Int
        /// Heads that each turn takes of twenty.
        let turns: [Int]
    }

    @Test(
        "frames up to the allowance, header fields to the end of a piece of eight, the rest in later turns",
        arguments: [
            Row(frames: 1, fieldBytes: .max, turns: [Int](repeating: 1, count: 20)),
            Row(frames: 7, fieldBytes: .max, turns: [7, 7, 6]),
            Row(frames: 8, fieldBytes: .max, turns: [8, 8, 4]),
            Row(frames: 9, fieldBytes: .max, turns: [9, 9, 2]),
            Row(frames: 20, fieldBytes: .max, turns: [20]),
            Row(frames: .max, fieldBytes: .max, turns: [20]),
            Row(frames: 192, fieldBytes: 1, turns: [8, 8, 4]),
            Row(frames: 192, fieldBytes: 8 * listSize, turns: [8, 8, 4]),
            Row(frames: 192, fieldBytes: 8 * listSize + 1, turns: [16, 4]),
        ])
    func turns(row: Row) throws {
        let pair = try SessionPair()
        try pair.settle()
        for _ in 0..<20 { _ = try pair.request() }
        var rest = try pair.client.output()[...]
        var turns: [Int] = []
        while !rest.isEmpty {
            let before = pair.server.streams.count
            rest = rest.dropFirst(try pair.server.receive(rest, TurnAllowance(frames: row.frames, fieldBytes: row.fieldBytes)))
            turns.append(pair.server.streams.count - before)
        }
        #expect(turns == row.turns)
    }

    @Test("a spent allowance takes nothing")
    func spent() throws {
        let pair = try SessionPair()
        let opening = try pair.client.output()
        #expect(try pair.server.receive(opening[...], TurnAllowance(frames: 0, fieldBytes: 1)) == 0)
        #expect(try pair.server.receive(opening[...], TurnAllowance(frames: 1, fieldBytes: 0)) == 0)
        #expect(try pair.server.receive(opening[...], .turn) == opening.count)
        #expect(pair.server.settings.count == 1)
    }

    @Test("what a stream says it has done counts like frames")
    func work() throws {
        let pair = try SessionPair()
        try pair.settle()
        for _ in 0..<20 { _ = try pair.request() }
        let bytes = try pair.client.output()
        pair.server.onHead = { session, _ in session.noteWork() }
        let count = try pair.server.receive(bytes[...], TurnAllowance(frames: 16, fieldBytes: .max))
        #expect(count < bytes.count)
        #expect(pair.server.streams.count == 8)
    }
}
