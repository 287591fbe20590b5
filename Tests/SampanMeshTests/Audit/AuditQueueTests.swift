import SampanDomain
import Testing

@testable import SampanMesh

@Suite("Queue of an audit log")
struct AuditQueueTests {
    private static func denial(_ caller: Int, _ milliseconds: Int64, port: Int = 1, named: Bool = true) -> AuditRecord {
        AuditRecord(
            at: AuditFixture.time(milliseconds), kind: .denial, actor: named ? "spiffe://test/app/1/\(caller)" : "",
            address: "10.0.0.\(caller):\(port)", method: "s.S/M", reason: "NO_RULE")
    }

    private static func take(_ queue: inout AuditQueue, _ milliseconds: Int64, limit: Int = 1_000_000) -> [AuditRecord] {
        queue.take(limit, at: AuditFixture.time(milliseconds)).map(\.record)
    }

    @Test("a flood of one caller in one second is the first, and the count of the others when the second is over")
    func sums() {
        var queue = AuditQueue()
        var wakes = 0
        for index in 0..<1_000 where queue.add(Self.denial(1, Int64(index) / 2, port: index)) { wakes += 1 }
        #expect(wakes == 1)
        let first = Self.take(&queue, 500)
        #expect(first.map(\.count) == [1] && first[0].until == nil)
        #expect(Self.take(&queue, 999).isEmpty && queue.hasOpenSums)
        let rest = Self.take(&queue, 1_000)
        #expect(rest.map(\.count) == [999])
        #expect(rest.first?.at == AuditFixture.time(0) && rest.first?.until == AuditFixture.time(499))
        #expect(!queue.hasOpenSums && Self.take(&queue, 1_000).isEmpty)
    }

    @Test("callers, methods and seconds are told apart; connections of a caller without a name are not")
    func sameness() {
        var queue = AuditQueue()
        for record in [Self.denial(1, 0), Self.denial(2, 0), Self.denial(1, 999), Self.denial(1, 1_000)] { _ = queue.add(record) }
        #expect(Self.take(&queue, 1_500).map(\.count) == [1, 1, 1, 1])
        queue = AuditQueue()
        for port in 0..<9 { _ = queue.add(Self.denial(3, 0, port: port, named: false)) }
        _ = queue.add(Self.denial(4, 0, named: false))
        #expect(Self.take(&queue, 1_000).map(\.count) == [1, 1, 8])
        // An admin does nothing twice by accident: each is told.
        for _ in 0..<3 { _ = queue.add(AuditRecord(at: AuditFixture.time(), kind: .admin, detail: "x")) }
        #expect(Self.take(&queue, 2_000).count == 3)
    }

    @Test("a clock that goes back ends the second")
    func clockBack() {
        var queue = AuditQueue()
        for time in [5_000, 5_100, 1_000, 1_100] as [Int64] { _ = queue.add(Self.denial(1, time)) }
        #expect(Self.take(&queue, 1_200).map(\.count) == [1, 1, 1])
        #expect(Self.take(&queue, 2_000).map(\.count) == [1])
    }

    @Test("what finds no room is counted, and told first", arguments: [0, 1, 2, 1_000])
    func full(over: Int) {
        var queue = AuditQueue()
        for index in 0..<(AuditQueue.waitingLimit + over) {
            _ = queue.add(AuditRecord(at: AuditFixture.time(Int64(index)), kind: .admin))
        }
        let isFull = queue.add(AuditQueue.Item(record: AuditRecord(at: AuditFixture.time(9_999_999), kind: .admin), settle: nil)) == nil
        #expect(isFull)
        let taken = Self.take(&queue, 0)
        #expect(taken.count == AuditQueue.waitingLimit + 1)
        #expect(taken.first?.kind == .untold && taken.first?.reason == "QUEUE_FULL" && taken.first?.count == UInt64(over) + 1)
        #expect(over == 0 || taken.first?.until == AuditFixture.time(9_999_999))
    }

    @Test("more callers than are summed are told one by one until the queue is full; nothing is lost uncounted")
    func manyCallers() {
        var queue = AuditQueue()
        let callers = AuditQueue.sumLimit + 100
        for _ in 0..<2 {
            for caller in 0..<callers { _ = queue.add(Self.denial(caller, 0)) }
        }
        let taken = Self.take(&queue, 1_000) + Self.take(&queue, 1_000)
        #expect(taken.reduce(0) { $0 + $1.count } == UInt64(2 * callers))
    }

    @Test("what could not be written is counted, also what was a count already, and the next record wakes the writer")
    func lost() {
        var queue = AuditQueue()
        for caller in 0..<5 { _ = queue.add(Self.denial(caller, 0)) }
        let taken = Self.take(&queue, 10)
        let goesOn = queue.lose(taken)
        #expect(!goesOn)
        let woken = queue.add(Self.denial(9, 20))
        #expect(woken)
        let again = Self.take(&queue, 30)
        #expect(again.map(\.kind) == [.untold, .denial] && again[0].count == 5 && again[0].reason == "NOT_WRITTEN")
        // What comes while a group is being written wakes nobody: whoever lost the group goes on.
        let wakes = queue.add(Self.denial(10, 40))
        let goesOnThen = queue.lose(again)
        #expect(!wakes && goesOnThen)
        #expect(Self.take(&queue, 50).map(\.count) == [6, 1])
    }

    @Test("closed, it gives all it has and takes nothing more")
    func closed() {
        var queue = AuditQueue()
        for _ in 0..<3 { _ = queue.add(Self.denial(1, 0)) }
        queue.close()
        let isTaken = queue.add(Self.denial(2, 0))
        #expect(!isTaken)
        #expect(Self.take(&queue, 0, limit: 1).map(\.count) == [1])
        #expect(Self.take(&queue, 0).map(\.count) == [2])
    }
}
