import SampanDomain
import SampanStorage
import Testing

@testable import SampanLedger

@Suite("Verification finds what was edited behind the ledger's back")
struct VerifyTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let table: String
        let sql: String
        let place: LedgerFault.Place

        init(_ table: String, _ sql: String, _ place: LedgerFault.Place) {
            self.table = table
            self.sql = sql
            self.place = place
        }

        var testDescription: String { sql }
    }

    static let edits: [Edit] = [
        Edit("ledger_entries", "UPDATE ledger_entries SET reason = 'x' WHERE id = 2", .entry(2)),
        Edit("ledger_entries", "UPDATE ledger_entries SET actor = 'x' WHERE id = 3", .entry(3)),
        Edit("ledger_entries", "UPDATE ledger_entries SET business_key = 'x' WHERE id = 3", .entry(3)),
        Edit("ledger_entries", "UPDATE ledger_entries SET event = 'PAID_LATE' WHERE id = 1", .entry(1)),
        Edit("ledger_entries", "UPDATE ledger_entries SET event = 'GIFT' WHERE id = 1", .entry(1)),
        Edit("ledger_entries", "UPDATE ledger_entries SET booking_day = 20261119 WHERE id = 1", .entry(1)),
        Edit("ledger_entries", "UPDATE ledger_entries SET booking_day = 20261199 WHERE id = 1", .entry(1)),
        Edit("ledger_entries", "UPDATE ledger_entries SET recorded_at = recorded_at + 1 WHERE id = 4", .entry(4)),
        Edit("ledger_entries", "UPDATE ledger_entries SET recorded_at = 0 WHERE id = 4", .entry(4)),
        Edit("ledger_entries", "UPDATE ledger_entries SET hash = zeroblob(32) WHERE id = 4", .entry(4)),
        Edit("ledger_entries", "UPDATE ledger_entries SET reverses = 1 WHERE id = 4", .entry(4)),
        Edit("ledger_entries", "UPDATE ledger_entries SET reverses = NULL WHERE id = 5", .entry(5)),
        Edit("ledger_lines", "UPDATE ledger_lines SET amount_fen = amount_fen + 1 WHERE entry = 2 AND account = 1", .entry(2)),
        // Balanced, totals right at its own lines: the hash says no.
        Edit(
            "ledger_lines",
            "UPDATE ledger_lines SET amount_fen = amount_fen * 2, debits_after_fen = debits_after_fen * 2, credits_after_fen = credits_after_fen * 2 WHERE entry = 1",
            .entry(1)),
        Edit("ledger_lines", "UPDATE ledger_lines SET debits_after_fen = 7 WHERE entry = 3 AND account = 2", .entry(3)),
        Edit("ledger_lines", "UPDATE ledger_lines SET account = 3 WHERE entry = 1 AND account = 2", .entry(1)),
        Edit("ledger_lines", "DELETE FROM ledger_lines WHERE entry = 2 AND account = 1", .entry(2)),
        Edit("ledger_lines", "DELETE FROM ledger_lines WHERE entry = 2", .entry(2)),
        Edit("ledger_accounts", "UPDATE ledger_accounts SET debits_fen = debits_fen + 1 WHERE id = 1", .account("CHANNEL_CLEARING:WX")),
        Edit("ledger_accounts", "UPDATE ledger_accounts SET guarded = 0 WHERE id = 2", .account("CUSTOMER_PREPAYMENT")),
        Edit("ledger_accounts", "UPDATE ledger_accounts SET kind = 'income' WHERE id = 2", .account("CUSTOMER_PREPAYMENT")),
        Edit("ledger_accounts", "UPDATE ledger_accounts SET debits_held_fen = 1 WHERE id = 2", .account("CUSTOMER_PREPAYMENT")),
        Edit("ledger_accounts", "UPDATE ledger_accounts SET code = 'SUSPENSE' WHERE id = 2", .entry(1)),
        Edit(
            "ledger_turnover", "UPDATE ledger_turnover SET entries = 9 WHERE account = 1 AND event = 'PAID'",
            .turnover(account: "CHANNEL_CLEARING:WX", day: 20_261_118, event: "PAID")),
        Edit(
            "ledger_turnover", "DELETE FROM ledger_turnover WHERE account = 2 AND event = 'POSTED'",
            .turnover(account: "CUSTOMER_PREPAYMENT", day: 20_261_118, event: "POSTED")),
        Edit("ledger_holds", "UPDATE ledger_holds SET amount_fen = 11 WHERE id = 1", .hold(1)),
        Edit("ledger_holds", "UPDATE ledger_holds SET expires_at = NULL WHERE id = 2", .hold(2)),
        Edit("ledger_holds", "UPDATE ledger_holds SET event = 'GIFT' WHERE id = 2", .hold(2)),
        Edit("ledger_holds", "UPDATE ledger_holds SET business_key = '' WHERE id = 3", .hold(3)),
        Edit("ledger_hold_ends", "UPDATE ledger_hold_ends SET outcome = 'expired' WHERE id = 1", .holdEnd(1)),
        Edit("ledger_hold_ends", "DELETE FROM ledger_hold_ends WHERE id = 1", .holdEnd(1)),
        Edit("ledger_pending_holds", "DELETE FROM ledger_pending_holds", .hold(3)),
    ]

    /// Entries 1 to 6, the fifth a reversal of the third and the sixth a posted hold; one hold voided, one posted, one pending.
    private func bench() async throws -> LedgerBench {
        let bench = try LedgerBench()
        let payable = LedgerAccount.hospitalPayable(hospital())
        try await bench.post(transfer("k1", 500))
        try await bench.post(transfer("k2", 300))
        try await bench.post(transfer("k3", 200, debit: .customerPrepayment, credit: payable, event: .posted))
        try await bench.post(transfer("k4", 100, debit: .customerPrepayment, credit: payable, event: .posted))
        try await bench.write { ledger, tx in
            try ledger.reverse(3, key: "r3", day: day, reason: "", actor: "clerk", now: noon, tx)
            for (index, key) in ["h1", "h2", "h3"].enumerated() {
                try ledger.place(try HoldTests.payout(key, Int64(10 + index)), now: noon, tx)
            }
            try ledger.voidHold("h1", actor: "bank", now: noon, tx)
            try ledger.postHold("h2", amount: money(5), day: day, actor: "bank", now: noon, tx)
        }
        return bench
    }

    @Test("one edit, and where it is found", arguments: edits)
    func edit(_ edit: Edit) async throws {
        let bench = try await bench()
        #expect(try await bench.fault() == nil)
        try await bench.vandalize(edit.table, edit.sql)
        #expect(try await bench.fault()?.place == edit.place)
    }

    @Test("a middle cut out is named by what is missing; a missing end is found by the mark alone")
    func cut() async throws {
        let bench = try await bench()
        let mark = try await bench.read { ledger, tx in try ledger.verify(tx) }.mark
        #expect(mark?.number == 6)
        #expect(try await bench.fault(mark: mark) == nil)
        let other = LedgerMark(number: 6, hash: [UInt8](repeating: 1, count: 32))
        #expect(try await bench.fault(mark: other)?.place == .entry(6))
        #expect(try await bench.fault(mark: LedgerMark(number: 7, hash: other.hash))?.place == .end)
        let copy = try await self.bench()
        for table in ["ledger_entries", "ledger_lines"] { try await copy.vandalize(table, "SELECT 1") }
        try await copy.database.write { tx in
            try tx.execute("DELETE FROM ledger_lines WHERE entry = 4")
            try tx.execute("DELETE FROM ledger_entries WHERE id = 4")
        }
        #expect(try await copy.fault()?.place == .entry(4))
    }

    @Test("an empty ledger is whole")
    func empty() async throws {
        let bench = try LedgerBench()
        let verification = try await bench.read { ledger, tx in try ledger.verify(tx) }
        #expect(verification == LedgerVerification(entries: 0, holds: 0, mark: nil))
    }
}
