import SampanAPI
import SampanDomain
import SampanLedger
import SampanRPC
import SampanReconciliation
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Breaks under two persons")
struct BreakTests {
    static let short = Break(
        .short, order: "SP1", institution: "4699010001", channel: .wechatPay, amount: 700, action: .queryOrder)
    static let long = Break(.long, order: "SP2", institution: "4699010001", channel: .wechatPay, amount: 900, action: .refundPayer)
    static let crossDay = Break(
        .crossDayNext, order: "SP3", institution: "4699010001", channel: .alipay, amount: 100, action: .carryToNextDay)
    static let bankShort = Break(
        .bankShort, order: "", institution: "4699010002", channel: .wechatPay, amount: 1, action: .claimDeposit)
    private static let (li, wang) = (FinanceBench.li, FinanceBench.wang)

    private let now: UnixTime
    private let bench: FinanceBench

    init() throws {
        now = try FinanceBench.time("2026-11-19 10:30:00")
        bench = try FinanceBench()
    }

    @discardableResult
    private func record(_ breaks: [Break], on day: BusinessDay = FinanceBench.day) async throws -> (run: BreakRun, wasKnown: Bool) {
        let (intake, now) = (try BreakIntake(day: day, breaks: breaks, by: Self.li), now)
        return try await bench.books.write(BreakRefusal.self) { tx in try intake.run(now: now, tx) }
    }

    private func find(_ number: Int64) async throws -> BreakRecord {
        try await bench.books.read(BreakRefusal.self) { tx in try BreakRows.find(number, tx) }
    }

    private func steps(_ number: Int64) async throws -> [BreakStepKind] {
        try await bench.books.read(BreakRefusal.self) { tx in try BreakRows.steps(number, tx).map(\.kind) }
    }

    @discardableResult
    private func propose(
        _ number: Int64, after step: Int, _ note: String = "claimed", toSuspense: Bool = false, by person: String = li
    ) async throws -> BreakRecord {
        let now = now
        return try await bench.books.write(BreakRefusal.self) { tx in
            try BreakResolution.propose(number, after: step, note: note, toSuspense: toSuspense, by: person, now: now, tx)
        }
    }

    @discardableResult
    private func decide(
        _ number: Int64, proposal: Int, approve: Bool = true, _ note: String = "", by person: String = wang
    ) async throws -> BreakRecord {
        let now = now
        return try await bench.books.write(BreakRefusal.self) { tx in
            try BreakResolution.decide(number, proposal: proposal, approve: approve, note: note, by: person, now: now, tx)
        }
    }

    @Test("RC-04: what each state allows, and nothing else")
    func machine() {
        let allowed: [BreakState: Set<BreakStepKind>] = [
            .open: [.proposed, .noted, .refundStarted, .gone], .proposed: [.approved, .rejected, .withdrawn, .gone],
            .refunding: [.refunded, .handedOver], .resolved: [], .gone: [.found],
        ]
        for state in BreakState.allCases {
            #expect(Set(BreakStepKind.allCases.filter(state.allows)) == allowed[state], "\(state)")
        }
        #expect(BreakState.allCases.filter(\.isOpen) == [.open, .proposed, .refunding])
    }

    @Test("RC-04: which action is a rule's: two refunds and what is a matter of time; all else takes two persons")
    func rules() {
        for type in BreakType.allCases {
            for action in BreakAction.allCases {
                let found = Break(type, order: "A", refund: "B", institution: "1", channel: .alipay, amount: 1, action: action)
                let expected: BreakRule =
                    switch (type, action) {
                    case (.crossDayNext, _), (.crossDayPrevious, _): .note
                    case (.long, .refundPayer), (.refundMissingAtChannel, .repeatRefund): .refund
                    default: .twoPersons
                    }
                #expect(found.rule == expected, "\(type) \(action)")
            }
        }
        let nameless = Break(.long, order: "", institution: "1", channel: .alipay, amount: 1, action: .refundPayer)
        #expect(nameless.rule == .twoPersons)
    }

    @Test("RC-04: one proposes, another approves; every step is kept; the same asked again changes nothing")
    func twoPersons() async throws {
        try await record([Self.short])
        #expect(try await find(1).state == .open)
        let proposed = try await propose(1, after: 1)
        #expect(proposed.state == .proposed && proposed.last.by == Self.li)
        #expect(try await propose(1, after: 1) == proposed)
        await #expect(throws: BreakRefusal.samePerson) { try await decide(1, proposal: 2, by: Self.li) }
        let approved = try await decide(1, proposal: 2)
        #expect(approved.state == .resolved && approved.last.by == Self.wang)
        #expect(try await decide(1, proposal: 2) == approved)
        #expect(try await steps(1) == [.found, .proposed, .approved])
        await #expect(throws: BreakRefusal.notNow(.resolved)) { try await propose(1, after: 3, by: Self.wang) }
        await #expect(throws: BreakRefusal.moved(lastStep: 3)) { try await decide(1, proposal: 2, approve: false, "no") }
        await bench.store.close()
    }

    @Test("RC-04: refused: by the one who proposed, of a step that is gone, of nothing, of a break that is not there")
    func refusals() async throws {
        try await record([Self.short])
        await #expect(throws: BreakRefusal.unknownBreak(9)) { try await propose(9, after: 1) }
        await #expect(throws: BreakRefusal.moved(lastStep: 1)) { try await propose(1, after: 0) }
        await #expect(throws: BreakRefusal.moved(lastStep: 1)) { try await decide(1, proposal: 1) }
        try await propose(1, after: 1)
        await #expect(throws: BreakRefusal.moved(lastStep: 2)) { try await propose(1, after: 1, "another", by: Self.wang) }
        await #expect(throws: BreakRefusal.notNow(.proposed)) { try await propose(1, after: 2, "another", by: Self.wang) }
        #expect(try await decide(1, proposal: 2, approve: false, "wrong day").last.kind == .rejected)
        try await propose(1, after: 3)
        #expect(try await decide(1, proposal: 4, approve: false, "typing error", by: Self.li).last.kind == .withdrawn)
        #expect(try await steps(1) == [.found, .proposed, .rejected, .proposed, .withdrawn])
        await #expect(throws: BreakRefusal.moved(lastStep: 5)) { try await decide(1, proposal: 4) }
        #expect(try await find(1).state == .open)
        await bench.store.close()
    }

    @Test("RC-04: the tables themselves refuse one person for two, a gap, a change, a deletion")
    func tables() async throws {
        try await record([Self.short])
        try await propose(1, after: 1)
        let insert = "INSERT INTO reconciliation_steps VALUES (1, %, '#', ?, 1, '', 0, NULL, NULL)"
        func refused(_ sql: String, _ person: String = Self.li) async {
            await #expect(throws: StorageError.self, "\(sql)") {
                try await bench.books.write { tx in
                    try tx.execute(sql, sql.contains("?") ? [.text(person)] : [])
                }
            }
        }
        await refused(insert.replacing("%", with: "3").replacing("#", with: "APPROVED"))
        await refused(insert.replacing("%", with: "4").replacing("#", with: "APPROVED"), Self.wang)
        await refused(insert.replacing("%", with: "3").replacing("#", with: "DONE"), Self.wang)
        for table in ["reconciliation_runs", "reconciliation_breaks", "reconciliation_steps"] {
            await refused("DELETE FROM \(table)")
        }
        await refused("UPDATE reconciliation_steps SET by_whom = 'x'")
        await refused("UPDATE reconciliation_breaks SET amount_fen = 0")
        #expect(try await steps(1) == [.found, .proposed])
        await bench.store.close()
    }

    @Test("RC-04: the same run is recorded once; another one of the day adds what is new and marks what is gone")
    func runs() async throws {
        let first = try await record([Self.short, Self.bankShort, Self.crossDay])
        #expect(!first.wasKnown && first.run.breaks == 3 && first.run.newBreaks == 3 && first.run.goneBreaks == 0)
        let again = try await record([Self.bankShort, Self.crossDay, Self.short])
        #expect(again.wasKnown && again.run == first.run)
        try await propose(try await number(Self.bankShort), after: 1)
        // The next bill has it; the bank has paid.
        let second = try await record([Self.crossDay, Self.long])
        #expect(second.run.number == 2 && second.run.newBreaks == 1 && second.run.goneBreaks == 2)
        #expect(try await find(try await number(Self.short)).state == .gone)
        #expect(try await steps(try await number(Self.bankShort)) == [.found, .proposed, .gone])
        #expect(try await find(try await number(Self.crossDay)).state == .resolved)
        // Back again.
        try await record([Self.crossDay, Self.long, Self.short])
        #expect(try await steps(try await number(Self.short)) == [.found, .gone, .found])
        await #expect(throws: BreakRefusal.notNow(.gone)) { try await propose(try await number(Self.bankShort), after: 3) }
        await bench.store.close()
    }

    private func number(_ found: Break) async throws -> Int64 {
        let number = try await bench.books.read { tx in try BreakRows.number(of: found, 0, on: FinanceBench.day, tx) }
        return try #require(number)
    }

    @Test("RC-04: the given day's breaks.csv, and two breaks that are the same in all, are kept one by one")
    func twins() async throws {
        let outcome = try await record([Self.short, Self.short, Self.bankShort])
        #expect(outcome.run.newBreaks == 3)
        #expect(try await record([Self.short, Self.bankShort]).run.goneBreaks == 1)
        await bench.store.close()
    }

    @Test("RC-04: too many breaks have one cause and are refused")
    func tooMany() throws {
        let many = Array(repeating: Self.short, count: BreakIntake.maximumBreaks + 1)
        #expect(throws: DomainError.self) { try BreakIntake(day: FinanceBench.day, breaks: many, by: Self.li) }
        _ = try BreakIntake(day: FinanceBench.day, breaks: Array(many.dropLast()), by: Self.li)
    }

    @Test("RC-04: an approved amount goes to SUSPENSE once, with the side that lacks; of others it is refused")
    func suspense() async throws {
        let unknown = Break(.long, order: "X", institution: "1", channel: .wechatPay, amount: 900, action: .findOrder)
        try await record([Self.short, unknown, Self.bankShort])
        for (found, clearing, suspense) in [(Self.short, -700, -700), (unknown, 200, 200)] as [(Break, Int64, Int64)] {
            let id = try await number(found)
            try await propose(id, after: 1, "nobody knows it", toSuspense: true)
            let approved = try await decide(id, proposal: 2)
            let entry = try #require(approved.last.entry)
            let booked = try await bench.ledger { tx in try PaymentBooking.ledger.entry(entry, tx) }
            #expect(booked?.content.event == .unexplained && booked?.content.key == "unexplained:break-\(id)")
            #expect(booked?.content.actor == "settlement/4699010000/wang")
            #expect(try await decide(id, proposal: 2).last.entry == entry)
            let (left, right) = try await bench.ledger { tx in
                (
                    try PaymentBooking.ledger.balance(of: .channelClearing(.wechatPay), tx).balance.fen,
                    try PaymentBooking.ledger.balance(of: .suspense, tx).balance.fen
                )
            }
            #expect(left == clearing && right == suspense, "\(found.type)")
        }
        let bank = try await number(Self.bankShort)
        await #expect(throws: BreakRefusal.noSuspense) { try await propose(bank, after: 1, toSuspense: true) }
        await bench.store.close()
    }

    @Test("every refusal has a code and a reason for programs")
    func errors() {
        let rows: [(BreakRefusal, StatusCode, String)] = [
            (.unknownBreak(1), .notFound, "UNKNOWN_BREAK"), (.moved(lastStep: 2), .aborted, "BREAK_MOVED"),
            (.notNow(.gone), .failedPrecondition, "NOT_NOW"), (.samePerson, .permissionDenied, "TWO_PERSONS"),
            (.noSuspense, .failedPrecondition, "NO_SUSPENSE"), (.ledger("a"), .failedPrecondition, "LEDGER_REFUSES"),
            (.storage(StorageError(kind: .busy, message: "x")), .unavailable, "STORAGE_UNAVAILABLE"),
        ]
        for (error, code, reason) in rows {
            #expect(error.rpcError.code == code && error.rpcError.errorInfo?.reason == reason, "\(error)")
        }
    }
}
