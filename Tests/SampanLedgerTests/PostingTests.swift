import SampanDomain
import SampanStorage
import Testing

@testable import SampanLedger

@Suite("Entries")
struct PostingTests {
    @Test("what is not balanced, has too few or too many lines, or an account twice, cannot be made")
    func malformed() throws {
        func entry(_ lines: [LedgerLine], key: String = "k", reason: String = "", actor: String = "a") throws(LedgerError) -> NewEntry {
            try NewEntry(key: key, event: .correction, day: day, lines: lines, reason: reason, actor: actor)
        }
        let (debit, credit) = (LedgerLine(.suspense, money(5)), LedgerLine(.customerPrepayment, money(-5)))
        #expect(throws: LedgerError.lineCount(0)) { try entry([]) }
        #expect(throws: LedgerError.lineCount(1)) { try entry([debit]) }
        #expect(throws: LedgerError.unbalanced(money(1))) { try entry([debit, LedgerLine(.customerPrepayment, money(-4))]) }
        #expect(throws: LedgerError.noAmount) { try entry([LedgerLine(.suspense, .zero), LedgerLine(.customerPrepayment, .zero)]) }
        #expect(throws: LedgerError.accountTwice(.suspense)) { try entry([debit, LedgerLine(.suspense, money(-5))]) }
        #expect(throws: LedgerError.overflow) {
            try entry([
                LedgerLine(.suspense, money(.max)), LedgerLine(.payerOverpayment, money(1)), LedgerLine(.bank(hospital()), money(.min)),
            ])
        }
        let many = try (0..<17).map { LedgerLine(.bank(try InstitutionCode("\($0)", scheme: .local)), money($0 == 0 ? 16 : -1)) }
        #expect(throws: LedgerError.lineCount(17)) { try entry(many) }
        for key in ["", "a b", "付", String(repeating: "k", count: 129)] {
            #expect(throws: LedgerError.self) { try entry([debit, credit], key: key) }
        }
        #expect(throws: LedgerError.self) { try entry([debit, credit], reason: String(repeating: "r", count: 401)) }
        for actor in ["", String(repeating: "a", count: 129)] {
            #expect(throws: LedgerError.self) { try entry([debit, credit], actor: actor) }
        }
        #expect(try entry([credit, debit], key: String(repeating: "k", count: 128)).lines == [debit, credit])
        #expect(throws: LedgerError.overflow) { try LedgerLine.credit(.suspense, money(.min)) }
    }

    @Test("sixteen lines are one entry")
    func largest() async throws {
        let bench = try LedgerBench()
        let codes = try (0..<16).map { try InstitutionCode("H\($0)", scheme: .local) }
        let lines = codes.enumerated().map { LedgerLine(.bank($1), money($0 == 0 ? -120 : Int64($0))) }
        let entry = try await bench.post(NewEntry(key: "k", event: .correction, day: day, lines: lines, reason: "", actor: "a"))
        #expect(try await bench.read { ledger, tx in try ledger.entry(1, tx) } == entry)
        #expect(try await bench.balance(.bank(codes[0])) == -120)
        #expect(try await bench.balance(.bank(codes[15])) == 15)
        #expect(try await bench.fault() == nil)
    }

    @Test("the same again is the first entry, whenever it comes; anything else under its key is refused")
    func idempotent() async throws {
        let bench = try LedgerBench()
        let entry = try transfer("k", 500, reason: "r")
        let first = try await bench.post(entry)
        #expect(first.number == 1 && first.recordedAt == noon && first.hash.count == 32)
        let later = noon.advanced(byNanoseconds: 3_600_000_000_000)
        #expect(try await bench.post(entry, now: later) == first)
        let others = try [
            transfer("k", 501, reason: "r"), transfer("k", 500, reason: "other"), transfer("k", 500, day: dayAfter, reason: "r"),
            transfer("k", 500, event: .paidLate, reason: "r"), transfer("k", 500, reason: "r", actor: "other"),
            transfer("k", 500, debit: .channelClearing(.alipay), reason: "r"),
        ]
        for other in others {
            await #expect(throws: LedgerError.keyReused(key: "k", entry: 1)) { try await bench.post(other) }
        }
        #expect(try await bench.balance(.customerPrepayment) == 500)
        #expect(try await bench.fault() == nil)
    }

    @Test("a guarded account ends at zero, to the fen; a refused entry leaves nothing behind")
    func guarded() async throws {
        let bench = try LedgerBench()
        try await bench.post(transfer("in", 500))
        let out = LedgerAccount.hospitalPayable(hospital())
        await #expect(throws: LedgerError.insufficient(.customerPrepayment, available: money(500), needed: money(501))) {
            try await bench.post(transfer("out", 501, debit: .customerPrepayment, credit: out, event: .posted))
        }
        #expect(try await bench.balance(out) == 0)
        try await bench.post(transfer("out", 500, debit: .customerPrepayment, credit: out, event: .posted))
        await #expect(throws: LedgerError.insufficient(.customerPrepayment, available: .zero, needed: money(1))) {
            try await bench.post(transfer("more", 1, debit: .customerPrepayment, credit: out, event: .posted))
        }
        // Suspense is not guarded.
        try await bench.post(transfer("lack", 7, debit: .suspense, credit: .channelClearing(.wechatPay), event: .unexplained))
        #expect(try await bench.balance(.suspense) == -7)
        #expect(try await bench.fault() == nil)
    }

    @Test("totals that do not fit into 64 bits are refused")
    func overflow() async throws {
        let bench = try LedgerBench()
        try await bench.post(transfer("a", .max))
        await #expect(throws: LedgerError.overflow) { try await bench.post(transfer("b", 1)) }
        #expect(try await bench.fault() == nil)
    }

    @Test("recorded moments rise, whatever the clock does")
    func clock() async throws {
        let bench = try LedgerBench()
        var moments: [Int64] = []
        for (index, distance) in [0, 0, -5, 10, 3].enumerated() {
            let entry = try await bench.post(transfer("k\(index)", 1), now: noon.advanced(byNanoseconds: Int64(distance)))
            moments.append(entry.recordedAt.nanoseconds - noon.nanoseconds)
        }
        #expect(moments == [0, 1, 2, 10, 11])
        #expect(try await bench.fault() == nil)
    }

    @Test("an entry is reversed once, by its mirror; a reversal is not")
    func reversal() async throws {
        let bench = try LedgerBench()
        let entry = try await bench.post(transfer("k", 500))
        @Sendable func reverse(_ number: Int64, _ key: String, reason: String = "wrong") async throws(LedgerError) -> LedgerEntry {
            try await bench.write { ledger, tx in
                try ledger.reverse(number, key: key, day: dayAfter, reason: reason, actor: "clerk", now: noon, tx)
            }
        }
        await #expect(throws: LedgerError.unknownEntry(2)) { try await reverse(2, "r") }
        let reversal = try await reverse(entry.number, "r")
        #expect(reversal.reverses == 1 && reversal.content.event == .reversal && reversal.content.day == dayAfter)
        #expect(Set(reversal.content.lines) == Set(try entry.content.lines.map { LedgerLine($0.account, try $0.amount.negated()) }))
        #expect(try await bench.balance(.customerPrepayment) == 0)
        #expect(try await reverse(1, "r") == reversal)
        await #expect(throws: LedgerError.alreadyReversed(by: 2)) { try await reverse(1, "other") }
        await #expect(throws: LedgerError.alreadyReversed(by: 2)) { try await reverse(1, "r", reason: "else") }
        await #expect(throws: LedgerError.reversalOfReversal(2)) { try await reverse(2, "rr") }
        #expect(try await bench.fault() == nil)
    }

    @Test("what is taken back must be there still")
    func reversalOfSpent() async throws {
        let bench = try LedgerBench()
        try await bench.post(transfer("in", 500))
        try await bench.post(transfer("out", 400, debit: .customerPrepayment, credit: .hospitalPayable(hospital()), event: .posted))
        await #expect(throws: LedgerError.insufficient(.customerPrepayment, available: money(100), needed: money(500))) {
            try await bench.write { ledger, tx in
                try ledger.reverse(1, key: "r", day: day, reason: "", actor: "clerk", now: noon, tx)
            }
        }
    }

    @Test(
        "the file itself refuses what the code would never write",
        arguments: [
            // A line for a sealed entry; an entry without lines, with one line, unbalanced, with a gap; totals that do not follow.
            ["INSERT INTO ledger_lines VALUES (1, 1, 5, 505, 0)"],
            ["INSERT INTO ledger_entries VALUES (2, 'x', 'PAID', 20261118, 9, '', 'a', NULL, zeroblob(32))"],
            [
                "INSERT INTO ledger_lines VALUES (1, 2, 5, 505, 0)",
                "INSERT INTO ledger_entries VALUES (2, 'x', 'PAID', 20261118, 9, '', 'a', NULL, zeroblob(32))",
            ],
            [
                "INSERT INTO ledger_lines VALUES (1, 2, 5, 505, 0), (2, 2, -4, 0, 504)",
                "INSERT INTO ledger_entries VALUES (2, 'x', 'PAID', 20261118, 9, '', 'a', NULL, zeroblob(32))",
            ],
            [
                "INSERT INTO ledger_lines VALUES (1, 3, 5, 505, 0), (2, 3, -5, 0, 505)",
                "INSERT INTO ledger_entries VALUES (3, 'x', 'PAID', 20261118, 9, '', 'a', NULL, zeroblob(32))",
            ],
            ["INSERT INTO ledger_lines VALUES (1, 2, 5, 999, 0)"],
            // A reversal that is no mirror.
            [
                "INSERT INTO ledger_lines VALUES (1, 2, -4, 500, 4), (2, 2, 4, 4, 500)",
                "INSERT INTO ledger_entries VALUES (2, 'x', 'REVERSAL', 20261118, 9, '', 'a', 1, zeroblob(32))",
            ],
            ["UPDATE ledger_entries SET reason = ''"], ["DELETE FROM ledger_entries"], ["UPDATE ledger_lines SET amount_fen = 1"],
            ["DELETE FROM ledger_lines"], ["UPDATE ledger_accounts SET code = 'SUSPENSE' WHERE id = 1"],
            ["UPDATE ledger_accounts SET guarded = 0"], ["DELETE FROM ledger_accounts"],
            ["UPDATE ledger_holds SET amount_fen = 1"], ["DELETE FROM ledger_holds"], ["UPDATE ledger_hold_ends SET outcome = 'expired'"],
            ["DELETE FROM ledger_hold_ends"],
        ])
    func constraints(statements: [String]) async throws {
        let bench = try LedgerBench()
        try await bench.post(transfer("k", 500))
        try await bench.write { ledger, tx in
            try ledger.place(try HoldTests.payout("h", 10, from: .customerPrepayment), now: noon, tx)
            try ledger.voidHold("h", actor: "a", now: noon, tx)
        }
        let error = await #expect(throws: StorageError.self) {
            try await bench.database.write { tx in for sql in statements { try tx.execute(sql) } }
        }
        #expect(error?.kind == .constraint(.trigger))
        #expect(try await bench.fault() == nil)
    }

    @Test("a guarded total below zero and a line without its entry do not reach the disk either")
    func otherConstraints() async throws {
        let bench = try LedgerBench()
        try await bench.post(transfer("k", 500))
        let below = await #expect(throws: StorageError.self) {
            try await bench.database.write { tx in try tx.execute("INSERT INTO ledger_lines VALUES (2, 2, 501, 501, 500)") }
        }
        #expect(below?.kind == .constraint(.check))
        let alone = await #expect(throws: StorageError.self) {
            try await bench.database.write { tx in try tx.execute("INSERT INTO ledger_lines VALUES (1, 2, 5, 505, 0), (2, 2, -5, 0, 505)") }
        }
        #expect(alone?.kind == .constraint(.foreignKey))
        #expect(try await bench.fault() == nil)
    }
}
