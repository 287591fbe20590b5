import SampanDomain
import Testing

@testable import SampanLedger

@Suite("What moved in some days")
struct TurnoverTests {
    private func bench() async throws -> LedgerBench {
        let bench = try LedgerBench()
        let lastOfMonth = try #require(BusinessDay("2026-11-30"))
        for (index, (fen, day)) in [(100, day), (20, dayAfter), (3, day), (7, lastOfMonth)].enumerated() {
            try await bench.post(try transfer("k\(index)", Int64(fen), day: day))
        }
        return bench
    }

    @Test("both ends are included; accounts by code; a month is its days and no others")
    func ranges() async throws {
        let bench = try await bench()
        let december = try #require(BusinessDay("2026-12-01"))
        for (first, last, fen, entries) in [
            (day, day, 103, 2), (day, dayAfter, 123, 3), (dayAfter, dayAfter, 20, 1), (december, december, 0, 0), (dayAfter, day, 0, 0),
        ] as [(BusinessDay, BusinessDay, Int64, Int64)] {
            let moved = try await bench.read { ledger, tx in try ledger.turnover(from: first, through: last, tx) }
            #expect(moved.map(\.account.code) == (fen == 0 ? [] : ["CHANNEL_CLEARING:WX", "CUSTOMER_PREPAYMENT"]), "\(first) \(last)")
            #expect(moved.allSatisfy { max($0.debits, $0.credits).fen == fen && $0.entries == entries }, "\(first) \(last)")
        }
        for (text, fen) in [("2026-11", 130), ("2026-10", 0), ("2026-12", 0)] as [(String, Int64)] {
            let month = try #require(BusinessMonth(text))
            let moved = try await bench.read { ledger, tx in try ledger.turnover(of: month, tx) }
            #expect(moved.reduce(0) { $0 + $1.debits.fen } == fen, "\(text)")
        }
    }

    @Test("an entry by its key, the last one, and the first day with one")
    func finding() async throws {
        let bench = try await bench()
        let (known, unknown, end) = try await bench.read { ledger, tx in
            (try ledger.entry(of: "k1", tx), try ledger.entry(of: "k9", tx), try ledger.end(tx))
        }
        #expect(known?.number == 2 && unknown == nil && end?.number == 4)
        let december = try #require(BusinessDay("2026-12-01"))
        for (after, before, expected) in [
            (nil, december, day), (nil, day, nil), (day, december, dayAfter), (dayAfter, dayAfter, nil),
            (dayAfter, december, BusinessDay("2026-11-30")),
        ] as [(BusinessDay?, BusinessDay, BusinessDay?)] {
            let found = try await bench.read { ledger, tx in try ledger.firstDay(after: after, before: before, tx) }
            #expect(found == expected, "\(String(describing: after)) \(before)")
        }
    }

    @Test("late: the same entry on a later day, and its reason says whose it is")
    func late() throws {
        let entry = try transfer("k", 5, day: day)
        let moved = try entry.late(on: dayAfter)
        #expect(moved.day == dayAfter && moved.key == entry.key && moved.lines == entry.lines && moved.event == entry.event)
        #expect(moved.reason == "\(entry.reason) (late, of \(day))")
        let long = try NewEntry(
            key: "k", event: .correction, day: day, lines: entry.lines, reason: String(repeating: "x", count: 390), actor: "a")
        #expect(throws: LedgerError.self) { try long.late(on: dayAfter) }
    }
}
