import SampanRPC
import Testing

@testable import SampanTransport

@Suite("Calls that are remembered, in bounded room")
struct CallShelfTests {
    static func record(_ number: Int, wait: Int64 = 0, at: Int64 = 0, text: String = "") -> CallRecord {
        CallRecord(
            id: id(number), at: at, handedOver: nil, firstByte: wait, ended: wait + 1,
            deadlineLeft: nil, method: "a.B/C", caller: nil, via: [], code: .internal, origin: .here, message: text,
            finding: CallRecord.Finding(), route: "", endpoint: "", attempts: [], previousAttempts: 0, priority: .normal)
    }

    private static func id(_ number: Int) -> TraceID {
        guard let id = TraceID(high: 1, low: UInt64(number)) else { preconditionFailure("1 is not zero") }
        return id
    }

    private static func numbers(_ shelf: CallShelf) -> [UInt64] { shelf.records.map(\.id.low).sorted() }

    @Test("the oldest of a lone caller go", arguments: [(1, [UInt64(9)]), (3, [7, 8, 9]), (10, Array(0...9)), (11, Array(0...9))])
    func count(limit: Int, left: [UInt64]) {
        var shelf = CallShelf(maximumCount: limit, maximumBytes: 1 << 20)
        for number in 0..<10 { shelf.add(Self.record(number), of: "a") }
        #expect(Self.numbers(shelf) == left && shelf.count == left.count)
    }

    @Test("bytes count too, and one that is too large is not taken")
    func bytes() {
        let size = Self.record(1, text: "x").bytes
        var shelf = CallShelf(maximumCount: 100, maximumBytes: 2 * size)
        for number in 1...3 { shelf.add(Self.record(number, text: "x"), of: "a") }
        #expect(Self.numbers(shelf) == [2, 3] && shelf.bytes == 2 * size)
        shelf.add(Self.record(4, text: String(repeating: "x", count: 2 * size)), of: "b")
        #expect(Self.numbers(shelf) == [2, 3])
    }

    @Test("a caller who floods loses its own, and nobody else's")
    func share() {
        var shelf = CallShelf(maximumCount: 100, maximumBytes: 1 << 20)
        for number in 0..<20 { shelf.add(Self.record(number), of: "quiet") }
        for number in 20..<30 { shelf.add(Self.record(number), of: "") }
        for number in 1_000..<21_000 { shelf.add(Self.record(number), of: "loud") }
        #expect(Self.numbers(shelf) == (0..<30).map { $0 } + (20_930..<21_000).map { $0 })
        #expect(shelf.count == 100)
    }

    @Test("whatever comes, the limits hold and the newest of each caller is there")
    func property() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = JitterRandom(seed: seed)
        var shelf = CallShelf(maximumCount: 50, maximumBytes: 30_000)
        for number in 0..<5_000 {
            let owner = "\(Int.random(in: 0..<4, using: &random))"
            let text = String(repeating: "x", count: Int.random(in: 0..<600, using: &random))
            shelf.add(Self.record(number, text: text), of: owner)
            #expect(shelf.count <= 50 && shelf.bytes <= 30_000, "seed \(seed)")
            #expect(shelf.records.contains { $0.id.low == UInt64(number) }, "seed \(seed)")
        }
        #expect(shelf.count == shelf.records.count && shelf.bytes == shelf.records.reduce(0) { $0 + $1.bytes })
    }

    @Test("the slowest sixteen of ten minutes")
    func slow() {
        var slow = SlowCalls()
        #expect(slow.least == SlowCalls.threshold)
        for number in 1...20 { slow.add(Self.record(number, wait: SlowCalls.threshold + Int64(number))) }
        #expect(slow.records.map(\.id.low).sorted() == Array(5...20) && slow.least == SlowCalls.threshold + 5)
        slow.add(Self.record(21, wait: SlowCalls.threshold + 1, at: SlowCalls.life + 1))
        #expect(slow.records.map(\.id.low) == [21] && slow.least == SlowCalls.threshold)
        // A bad hour does not hide the calls of the next one that take a second.
        for number in 0..<16 { slow.add(Self.record(number, wait: 30_000_000_000, at: 2 * SlowCalls.life + 2)) }
        #expect(slow.records.count == 16 && slow.least == SlowCalls.highest)
        slow.add(Self.record(99, wait: SlowCalls.highest, at: 3 * SlowCalls.life + 3))
        #expect(slow.records.map(\.id.low) == [99] && slow.least == SlowCalls.threshold)
    }
}
