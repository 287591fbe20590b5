import SampanDomain
import SampanLedger
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Settlements of channels in the ledger")
struct ChannelSettlementTests {
    private let bench: FinanceBench
    private let now: UnixTime
    private let institution: InstitutionCode

    init() throws {
        bench = try FinanceBench()
        now = try FinanceBench.time("2026-11-23 10:30:00")
        institution = try InstitutionCode(FinanceBench.hospitals[0], scheme: .local)
    }

    private func line(_ net: Int64, _ fees: Int64, _ deposited: Int64?) -> ChannelSettlement {
        ChannelSettlement(
            channel: .wechatPay, institution: institution, net: Money(fen: net), fees: Money(fen: fees),
            deposited: deposited.map { Money(fen: $0) })
    }

    private func record(_ lines: [ChannelSettlement], on day: BusinessDay = FinanceBench.day) async throws {
        let (intake, now) = (try BreakIntake(day: day, breaks: [], settlements: lines, by: FinanceBench.li), now)
        _ = try await bench.books.write(BreakRefusal.self) { tx in try intake.run(now: now, tx) }
    }

    private func balances() async throws -> [String: Int64] {
        let trial = try await bench.ledger { tx in try PaymentBooking.ledger.trialBalance(tx) }
        #expect(trial.isBalanced)
        return Dictionary(
            uniqueKeysWithValues: trial.accounts.filter { $0.balance != .zero }.map { ($0.account.word, $0.balance.fen) })
    }

    private func entries() async throws -> Int64 {
        try await bench.ledger { tx in try PaymentBooking.ledger.end(tx)?.number ?? 0 }
    }

    @Test(
        "RC-02: what is booked of a day: nothing kept, a fee, more fees back than taken, nothing paid out, a bank that takes back",
        arguments: [
            (994, 6, 994, ["BANK": 994, "CHANNEL_FEE": 6, "CHANNEL_CLEARING": -1_000]),
            (994, 6, nil, ["BANK_IN_TRANSIT": 994, "CHANNEL_FEE": 6, "CHANNEL_CLEARING": -1_000]),
            (994, 6, 993, ["BANK": 993, "BANK_IN_TRANSIT": 1, "CHANNEL_FEE": 6, "CHANNEL_CLEARING": -1_000]),
            (1_000, 0, 1_000, ["BANK": 1_000, "CHANNEL_CLEARING": -1_000]),
            (-494, -6, nil, ["BANK_IN_TRANSIT": -494, "CHANNEL_FEE_RECOVERED": 6, "CHANNEL_CLEARING": 500]),
            (-494, -6, -494, ["BANK": -494, "CHANNEL_FEE_RECOVERED": 6, "CHANNEL_CLEARING": 500]),
            (0, 0, nil, [:]), (0, 0, 5, ["BANK": 5, "BANK_IN_TRANSIT": -5]), (0, 6, nil, ["CHANNEL_FEE": 6, "CHANNEL_CLEARING": -6]),
        ] as [(Int64, Int64, Int64?, [String: Int64])])
    func table(net: Int64, fees: Int64, deposited: Int64?, expected: [String: Int64]) async throws {
        try await record([line(net, fees, deposited)])
        #expect(try await balances() == expected)
        let before = try await entries()
        try await record([line(net, fees, deposited)])
        #expect(try await entries() == before, "the same run books nothing")
        #expect(try await bench.store.checkLedger().fault == nil)
        await bench.store.close()
    }

    @Test("RC-02: another run with other figures takes back what differs, and nothing else; one without any leaves all")
    func otherFigures() async throws {
        try await record([line(994, 6, nil)])
        #expect(try await entries() == 1)
        // The bank has paid meanwhile.
        try await record([line(994, 6, 994)])
        #expect(try await entries() == 2)
        #expect(try await balances() == ["BANK": 994, "CHANNEL_FEE": 6, "CHANNEL_CLEARING": -1_000])
        // The bill came again with another fee: one reversal, one entry.
        try await record([line(993, 7, 994)])
        #expect(try await entries() == 4)
        #expect(try await balances() == ["BANK": 994, "BANK_IN_TRANSIT": -1, "CHANNEL_FEE": 7, "CHANNEL_CLEARING": -1_000])
        try await record([])
        #expect(try await entries() == 4)
        // And back to what it was first: the run has a number of its own, so no key is used twice.
        try await record([line(994, 6, nil)])
        #expect(try await balances() == ["BANK_IN_TRANSIT": 994, "CHANNEL_FEE": 6, "CHANNEL_CLEARING": -1_000])
        #expect(try await bench.store.checkLedger().fault == nil)
        await bench.store.close()
    }

    @Test("RC-02: a holiday that the bank pays in one: what is in transit comes to nothing with the last day, or says what lacks")
    func holiday() async throws {
        for (day, deposited) in [("2026-11-20", nil), ("2026-11-21", nil), ("2026-11-22", 2_990)] as [(String, Int64?)] {
            try await record([line(1_000, 10, deposited)], on: FinanceBench.day(day))
        }
        #expect(try await balances()["BANK_IN_TRANSIT"] == 10)
        try await record([line(1_000, 10, 3_000)], on: FinanceBench.day("2026-11-22"))
        #expect(try await balances() == ["BANK": 3_000, "CHANNEL_FEE": 30, "CHANNEL_CLEARING": -3_030])
        await bench.store.close()
    }

    @Test("RC-02: one institution twice is refused")
    func twice() throws {
        #expect(throws: DomainError.self) {
            try BreakIntake(day: FinanceBench.day, breaks: [], settlements: [line(1, 0, nil), line(2, 0, nil)], by: FinanceBench.li)
        }
    }
}
