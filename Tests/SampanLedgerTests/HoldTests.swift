import SampanDomain
import Testing

@testable import SampanLedger

@Suite("Holds")
struct HoldTests {
    static let deadline = noon.advanced(byNanoseconds: 60_000_000_000)

    static func payout(
        _ key: String, _ fen: Int64, from: LedgerAccount = .hospitalPayable(hospital()), expiresAt: UnixTime? = deadline
    ) throws(LedgerError) -> NewHold {
        try NewHold(
            key: key, event: .hospitalPayout, debit: from, credit: .bank(hospital()), amount: money(fen), expiresAt: expiresAt, reason: "r",
            actor: "clerk")
    }

    /// A hospital is owed 1,000 fen.
    private static func bench() async throws -> LedgerBench {
        let bench = try LedgerBench()
        try await bench.post(transfer("in", 1_000))
        try await bench.post(transfer("out", 1_000, debit: .customerPrepayment, credit: .hospitalPayable(hospital()), event: .posted))
        return bench
    }

    private static func place(_ bench: LedgerBench, _ hold: NewHold, now: UnixTime = noon) async throws(LedgerError) -> LedgerHold {
        try await bench.write { ledger, tx in try ledger.place(hold, now: now, tx) }
    }

    private static func post(
        _ bench: LedgerBench, _ key: String, _ fen: Int64? = nil, now: UnixTime = noon
    ) async throws(LedgerError) -> LedgerEntry {
        try await bench.write { ledger, tx in
            try ledger.postHold(key, amount: fen.map(Money.init(fen:)), day: day, actor: "bank", now: now, tx)
        }
    }

    private static func void(_ bench: LedgerBench, _ key: String) async throws(LedgerError) {
        try await bench.write { ledger, tx in try ledger.voidHold(key, actor: "bank", now: noon, tx) }
    }

    private static func balance(_ bench: LedgerBench) async throws -> (balance: Int64, available: Int64?) {
        let balance = try await bench.read { ledger, tx in try ledger.balance(of: .hospitalPayable(hospital()), tx) }
        return (balance.balance.fen, balance.available?.fen)
    }

    @Test("what is held counts against what is available, not against the balance; nobody gets it twice")
    func availability() async throws {
        let bench = try await Self.bench()
        let hold = try await Self.place(bench, Self.payout("h1", 700))
        #expect(hold.number == 1 && hold.outcome == nil && hold.placedAt == noon)
        #expect(try await Self.balance(bench) == (1_000, 300))
        let payable = LedgerAccount.hospitalPayable(hospital())
        await #expect(throws: LedgerError.insufficient(payable, available: money(300), needed: money(301))) {
            try await Self.place(bench, Self.payout("h2", 301))
        }
        await #expect(throws: LedgerError.insufficient(payable, available: money(300), needed: money(301))) {
            try await bench.post(transfer("p", 301, debit: payable, credit: .bank(hospital()), event: .hospitalPayout))
        }
        #expect(try await Self.place(bench, Self.payout("h2", 300)).number == 2)
        #expect(try await Self.balance(bench) == (1_000, 0))
        // The same again is the same hold; another under its key is refused.
        #expect(try await Self.place(bench, Self.payout("h1", 700), now: Self.deadline) == hold)
        await #expect(throws: LedgerError.holdKeyReused("h1")) { try await Self.place(bench, Self.payout("h1", 1)) }
        #expect(try await bench.fault() == nil)
    }

    @Test("posted whole or in part, the rest is free; once")
    func posting() async throws {
        let bench = try await Self.bench()
        _ = try await Self.place(bench, Self.payout("h1", 700))
        await #expect(throws: LedgerError.exceedsHold(held: money(700))) { try await Self.post(bench, "h1", 701) }
        for fen in [0, -1] as [Int64] { await #expect(throws: LedgerError.noAmount) { try await Self.post(bench, "h1", fen) } }
        await #expect(throws: LedgerError.unknownHold("h9")) { try await Self.post(bench, "h9") }
        let entry = try await Self.post(bench, "h1", 600)
        #expect(entry.content.key == "h1" && entry.content.event == .hospitalPayout && entry.content.actor == "bank")
        #expect(try await Self.balance(bench) == (400, 400))
        #expect(try await bench.balance(.bank(hospital())) == -600)
        // A lost answer is asked for again, also when its time is over.
        #expect(try await Self.post(bench, "h1", 600, now: Self.deadline) == entry)
        await #expect(throws: LedgerError.keyReused(key: "h1", entry: entry.number)) { try await Self.post(bench, "h1", 500) }
        await #expect(throws: LedgerError.holdEnded(.posted(entry: entry.number))) { try await Self.void(bench, "h1") }
        let whole = try await Self.place(bench, Self.payout("h2", 400, expiresAt: nil))
        #expect(
            try await Self.post(bench, "h2", now: UnixTime(nanoseconds: .max - 1_000)).content.lines.first?.amount == whole.content.amount)
        #expect(try await Self.balance(bench) == (0, 0))
        #expect(try await bench.fault() == nil)
    }

    @Test("voided: free again, and for good")
    func voiding() async throws {
        let bench = try await Self.bench()
        _ = try await Self.place(bench, Self.payout("h1", 700))
        try await Self.void(bench, "h1")
        try await Self.void(bench, "h1")
        #expect(try await Self.balance(bench) == (1_000, 1_000))
        await #expect(throws: LedgerError.holdEnded(.voided)) { try await Self.post(bench, "h1") }
        await #expect(throws: LedgerError.unknownHold("h2")) { try await Self.void(bench, "h2") }
        #expect(try await Self.place(bench, Self.payout("h1", 700)).outcome == .voided)
        #expect(try await bench.fault() == nil)
    }

    @Test("at its time, not a nanosecond before: overdue, not to be posted, and free once it is swept")
    func expiry() async throws {
        let bench = try await Self.bench()
        let later = Self.deadline.advanced(byNanoseconds: 1)
        for (key, expiresAt) in [("h1", Self.deadline), ("h2", later), ("h3", nil)] {
            _ = try await Self.place(bench, Self.payout(key, 100, expiresAt: expiresAt))
        }
        func overdue(_ now: UnixTime, limit: Int = 10) async throws -> [String] {
            try await bench.read { ledger, tx in try ledger.overdueHolds(limit: limit, now: now, tx).map(\.content.key) }
        }
        @Sendable func expire(_ now: UnixTime, limit: Int) async throws -> [String] {
            try await bench.write { ledger, tx in try ledger.expireHolds(limit: limit, actor: "sweeper", now: now, tx).map(\.content.key) }
        }
        #expect(try await overdue(Self.deadline.advanced(byNanoseconds: -1)).isEmpty)
        #expect(try await overdue(Self.deadline) == ["h1"])
        #expect(try await overdue(UnixTime(nanoseconds: .max)) == ["h1", "h2"])
        #expect(try await overdue(later, limit: 1) == ["h1"])
        await #expect(throws: LedgerError.holdOverdue(since: Self.deadline)) { try await Self.post(bench, "h1", now: Self.deadline) }
        // Not swept yet: it still counts.
        #expect(try await Self.balance(bench) == (1_000, 700))
        #expect(try await expire(later, limit: 1) == ["h1"])
        #expect(try await expire(later, limit: 1) == ["h2"])
        #expect(try await expire(later, limit: 1).isEmpty)
        #expect(try await Self.balance(bench) == (1_000, 900))
        await #expect(throws: LedgerError.holdEnded(.expired)) { try await Self.post(bench, "h1") }
        await #expect(throws: LedgerError.holdEnded(.expired)) { try await Self.void(bench, "h1") }
        let pending = try await bench.read { ledger, tx in try ledger.pendingHolds(tx).map(\.content.key) }
        #expect(pending == ["h3"])
        #expect(try await bench.fault() == nil)
    }

    @Test("what a hold may bring does not count as there; what would go off an account that is not guarded may be missing")
    func sides() async throws {
        let bench = try LedgerBench()
        let incoming = try NewHold(
            key: "h", event: .paid, debit: .channelClearing(.wechatPay), credit: .customerPrepayment, amount: money(500), expiresAt: nil,
            reason: "", actor: "a")
        _ = try await Self.place(bench, incoming)
        let prepayment = LedgerAccount.customerPrepayment
        await #expect(throws: LedgerError.insufficient(prepayment, available: .zero, needed: money(1))) {
            try await bench.post(transfer("p", 1, debit: prepayment, credit: .hospitalPayable(hospital()), event: .posted))
        }
        let bank = try NewHold(
            key: "b", event: .correction, debit: .suspense, credit: .bank(hospital()), amount: money(500), expiresAt: nil, reason: "",
            actor: "a")
        #expect(try await Self.place(bench, bank).number == 2)
        #expect(throws: LedgerError.noAmount) { try Self.payout("h", 0) }
        #expect(throws: LedgerError.accountTwice(.bank(hospital()))) { try Self.payout("h", 1, from: .bank(hospital())) }
        #expect(try await bench.fault() == nil)
    }
}
