import SampanAPI
import SampanDomain
import SampanLedger
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Closings of random days", .blocking, .timeLimit(.minutes(20)))
struct SettlementPropertyTests {
    private static let dayLength: Int64 = 86_400_000_000_000
    private static let days = 5

    /// What a payment came to, by what the test itself did.
    private struct Told {
        var posted: [String: [String: Int64]] = [:]
        var receipts = 0
    }

    @Test(
        "ST-01: the sum of the receipts, the report and the ledger's balances are one, on every day; every fen is on one day",
        arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func sums(seed: UInt64) async throws {
        let bench = try FinanceBench()
        var random = SeededRandom(seed: seed)
        let start = try FinanceBench.time("2026-11-27 00:00:00")
        var told: [BusinessDay: Told] = [:]
        var id = 0
        var closed: [SettlementV1.Settlement] = []
        for place in 0..<Self.days {
            let morning = start.advanced(byNanoseconds: Int64(place) * Self.dayLength)
            let day = BusinessDay(morning)
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                id += 1
                let hospital = FinanceBench.hospitals.randomElement(using: &random) ?? FinanceBench.hospitals[0]
                let channel = PaymentChannelKind.allCases.randomElement(using: &random) ?? .alipay
                let fen = Int64.random(in: 1...5_000, using: &random)
                let now = morning.advanced(byNanoseconds: Int64.random(in: 0..<Self.dayLength, using: &random))
                // Up to a day and a half before: some belong to a day that is closed by now.
                let paidAt = now.advanced(byNanoseconds: -Int64.random(in: 0..<Self.dayLength * 3 / 2, using: &random))
                let end = [FinanceBench.End.open, .posted, .posted, .posted, .refunded, .refunding, .closed].randomElement(using: &random)
                try await bench.pay(id, fen: fen, at: hospital, through: channel, paidAt: paidAt, now: now, end: end ?? .posted)
                if end == .posted {
                    told[day, default: Told()].posted[hospital, default: [:]][channel.rawValue, default: 0] += fen
                    told[day, default: Told()].receipts += 1
                }
            }
            try await bench.reconcile(day)
            // Earlier days that nothing was posted on may still have entries: they are closed first.
            let now = morning.advanced(byNanoseconds: Self.dayLength)
            closed += try await closeAll(through: day, at: now, bench)
        }
        for settlement in closed {
            let day = FinanceBench.day(settlement.date)
            let expected = told[day] ?? Told()
            #expect(settlement.receipts == UInt64(expected.receipts), "seed \(seed), \(day)")
            let posted = settlement.institutions.map { institution in
                (institution.institutionCode, institution.tenders.filter { $0.amountFen != 0 }.map { ($0.tender, $0.amountFen) })
            }
            let sums = Dictionary(
                posted.filter { !$0.1.isEmpty }.map { ($0.0, Dictionary(uniqueKeysWithValues: $0.1)) },
                uniquingKeysWith: { first, _ in first })
            #expect(sums == expected.posted, "seed \(seed), \(day)")
            try await checkBalances(settlement, day, bench, seed)
        }
        let equation = try await bench.store.equation()
        let fault = try await bench.store.checkLedger().fault
        #expect(equation.holds && fault == nil, "seed \(seed)")
        #expect(closed.reduce(0) { $0 + $1.receiptsFen } == equation.posted.fen, "seed \(seed)")
        #expect(closed.flatMap(\.channels).reduce(0) { $0 + $1.paidFen } == equation.paid.fen, "seed \(seed)")
        #expect(closed.flatMap(\.channels).reduce(0) { $0 + $1.refundedFen } == equation.refunded.fen, "seed \(seed)")
        await bench.store.close()
    }

    /// Every open day with entries, then the day itself.
    private func closeAll(
        through day: BusinessDay, at now: UnixTime, _ bench: FinanceBench
    ) async throws -> [SettlementV1.Settlement] {
        var closed: [SettlementV1.Settlement] = []
        while true {
            do {
                closed.append(try await bench.close(day, at: now).settlement)
                return closed
            } catch SettlementError.earlierDayOpen(let earlier) {
                try await bench.reconcile(FinanceBench.day(earlier))
                closed.append(try await bench.close(FinanceBench.day(earlier), at: now).settlement)
            }
        }
    }

    /// The report's accounts are those of the books as booked up to that day, asked of the ledger apart.
    private func checkBalances(
        _ settlement: SettlementV1.Settlement, _ day: BusinessDay, _ bench: FinanceBench, _ seed: UInt64
    ) async throws {
        let balance = try await bench.ledger { tx in try PaymentBooking.ledger.trialBalance(at: .booked(day), tx) }
        let told = Dictionary(uniqueKeysWithValues: settlement.accounts.map { ($0.account, $0.closingFen) })
        for account in balance.accounts where account.balance != .zero {
            #expect(told[account.account.code] == account.balance.fen, "seed \(seed), \(day), \(account.account.code)")
        }
        #expect(settlement.accounts.reduce(0) { $0 + $1.debitsFen - $1.creditsFen } == 0, "seed \(seed), \(day)")
    }

    @Test(
        "ST-01: of closings that race with payments and with each other, one is made, and no entry is between",
        arguments: [1, 2] as [UInt64])
    func race(seed: UInt64) async throws {
        let bench = try FinanceBench()
        let (noon, morrow) = (try FinanceBench.time("2026-11-18 12:00:00"), try FinanceBench.time("2026-11-19 00:00:00"))
        try await bench.reconcile(FinanceBench.day)
        let closings = try await withThrowingTaskGroup(of: (SettlementV1.Settlement, Bool)?.self) { tasks in
            for index in 0..<40 {
                tasks.addTask {
                    if index % 4 != 0 {
                        try await bench.pay(index, paidAt: noon, now: morrow)
                        return nil
                    }
                    return try await bench.close(FinanceBench.day, at: morrow, id: "c\(index)")
                }
            }
            var all: [(SettlementV1.Settlement, Bool)] = []
            for try await closing in tasks { if let closing { all.append(closing) } }
            return all
        }
        #expect(closings.count == 10 && closings.count { !$0.1 } == 1, "seed \(seed)")
        let first = try #require(closings.first?.0)
        #expect(closings.allSatisfy { $0.0 == first }, "seed \(seed)")
        let next = try await bench.show(FinanceBench.day("2026-11-19"), at: morrow)
        let paid = first.channels.reduce(0) { $0 + $1.payments } + next.channels.reduce(0) { $0 + $1.payments }
        #expect(paid == 30 && next.lateEntries.count == Int(next.channels.reduce(0) { $0 + $1.payments }), "seed \(seed)")
        await bench.store.close()
    }
}
