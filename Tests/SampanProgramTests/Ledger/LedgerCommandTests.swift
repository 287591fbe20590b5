import ArgumentParser
import Foundation
import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanLedger
@testable import SampanServices
@testable import SampanStorage
@testable import sampan

@Suite("sampan ledger", .blocking)
struct LedgerCommandTests {
    private static let noon = UnixTime(nanoseconds: 1_794_974_400_000_000_000)
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func run(_ arguments: [String]) -> Int32 {
        do {
            var command = try Sampan.parseAsRoot(["ledger"] + arguments)
            try command.run()
            return 0
        } catch {
            return Sampan.exitCode(for: error).rawValue
        }
    }

    /// A gateway's file: one payment posted at noon, one refunded a minute later, one open.
    private func write() async throws {
        let store = try PaymentStore(path: directory.file(PaymentArchive.fileName))
        let institution = try InstitutionCode("4699010001", scheme: .local)
        for id in 1...3 {
            let now = Self.noon.advanced(byNanoseconds: Int64(id - 1) * 60_000_000_000)
            let order = try OutTradeNo("SP\(id)")
            _ = try await store.create(
                NewPayment(
                    outTradeNo: order, caller: institution, requestID: RequestID("r\(id)"), hash: [1], institution: institution,
                    kind: .bookingFee, amount: Money(fen: 1_234_505), channel: .wechatPay, command: [1]), now: now)
            func apply(_ event: PaymentEvent) async throws { _ = try await store.apply(event, to: order, expecting: nil, now: now) }
            try await apply(.paid(ChannelPayment(transactionID: "T\(id)", paidAt: now), amount: Money(fen: 1_234_505)))
            if id < 3 { try await apply(.queued(seq: Int64(id))) }
            if id == 1 { try await apply(.decided(.posted(try ReceiptNumber("H1")))) }
            if id == 2 {
                try await apply(.decided(.rejected(OutcomeReason(constant: "HIS_REFUSED", "no"))))
                _ = try await store.startRefund(of: order, expecting: nil, now: now)
                try await apply(.refunded)
            }
        }
        await store.close()
    }

    @Test("exit codes: by file and by folder, with and without JSON")
    func exitCodes() async throws {
        try await write()
        try Data("no database at all, and long enough".utf8).write(to: URL(fileURLWithPath: directory.file("text.db")))
        let other = try SQLiteDatabase(
            path: directory.file("other.db"), schema: Schema(name: "other", migrations: [Migration("a", "CREATE TABLE a (b)")]))
        await other.close()
        let (folder, file) = (directory.path, directory.file(PaymentArchive.fileName))
        for json in [[], ["--json"]] {
            for db in [folder, file] {
                for moment in [[], ["--as-of", "2026-11-18"], ["--as-of", "20261118"], ["--as-of", "2026-11-18 12:00:00"]] {
                    #expect(run(["trial-balance", "--db", db] + moment + json) == 0, "\(moment)")
                    #expect(run(["statement", "--db", db, "--account", "CUSTOMER_PREPAYMENT"] + moment + json) == 0, "\(moment)")
                }
                #expect(run(["verify", "--db", db] + json) == 0)
            }
            for command in [["trial-balance"], ["statement", "--account", "SUSPENSE"], ["verify"]] {
                #expect(run(command + ["--db", directory.file("none.db")] + json) == 66)
                #expect(run(command + ["--db", directory.file("text.db")] + json) == 65)
                #expect(run(command + ["--db", directory.file("other.db")] + json) == 65)
                #expect(run(command + json) == 64)
            }
        }
        for wrong in ["2026-11-31", "yesterday", "2026-11-18 24:00:00", ""] {
            #expect(run(["trial-balance", "--db", folder, "--as-of", wrong]) == 64)
        }
        for wrong in [["CASH"], ["BANK"], ["SUSPENSE", "--after", "-1"], ["SUSPENSE", "--limit", "0"], ["SUSPENSE", "--limit", "10001"]] {
            #expect(run(["statement", "--db", folder, "--account"] + wrong) == 64, "\(wrong)")
        }
        for wrong in ["1", "0:" + String(repeating: "0", count: 64), "1:xy"] {
            #expect(run(["verify", "--db", folder, "--mark", wrong]) == 64)
        }
    }

    @Test("verify: the mark of the end is taken, another is not; an edit behind the triggers is found")
    func verify() async throws {
        try await write()
        let file = directory.file(PaymentArchive.fileName)
        let outcome = try PaymentArchive(path: file).verify(mark: nil)
        let mark = try #require(outcome.ledger?.mark)
        #expect(outcome.fault == nil && outcome.ledger?.entries == 6 && mark.number == 6)
        let text = mark.hash.map { String($0, radix: 16).count == 1 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
        #expect(run(["verify", "--db", file, "--mark", "6:\(text)"]) == 0)
        #expect(run(["verify", "--db", file, "--mark", "6:" + String(repeating: "0", count: 64)]) == 1)
        #expect(run(["verify", "--db", file, "--mark", "7:\(text)"]) == 1)
        let database = try SQLiteDatabase(path: file, schema: PaymentStore.schema)
        try await database.write { tx in
            try tx.execute("DROP TRIGGER ledger_entries_fixed")
            try tx.execute("UPDATE ledger_entries SET actor = 'nobody' WHERE id = 3")
        }
        await database.close()
        #expect(try PaymentArchive(path: file).verify(mark: nil).fault?.hasPrefix("entry 3:") == true)
        for json in [[], ["--json"]] { #expect(run(["verify", "--db", file] + json) == 1) }
    }

    @Test("tables: yuan with two digits, Chinese names, the conclusion; JSON: whole fen")
    func texts() async throws {
        try await write()
        let archive = try PaymentArchive(path: directory.file(PaymentArchive.fileName))
        let trial = try archive.trialBalance(at: .now)
        let table = LedgerTrialBalance.text(trial)
        for text in ["CUSTOMER_PREPAYMENT ", "患者预付款", " 12345.05 ", "available 可用", "balanced 平衡"] {
            #expect(table.contains(text), "\(text)")
        }
        #expect(table.contains("debits 借方合计 74070.30, credits 贷方合计 74070.30"))
        let json = try JSONText.of(TrialBalanceAnswer(trial))
        #expect(json.contains(#""balanceFen" : 1234505"#) && json.contains(#""debitsFen" : 7407030"#) && !json.contains("asOf"))
        let early = LedgerMoment.recorded(Self.noon.advanced(byNanoseconds: 999_999_999))
        #expect(try archive.trialBalance(at: early).debits.fen == 2 * 1_234_505)
        #expect(LedgerTrialBalance.text(try archive.trialBalance(at: early)).contains("as recorded until 2026-11-18 12:00:00"))
        let statement = try archive.statement(of: .customerPrepayment, at: .now, after: 0, limit: 3)
        let lines = LedgerStatement.text(statement)
        #expect(lines.contains("opening 期初") && lines.contains("more: --after 3") && lines.contains("已付") && lines.contains("paid:SP1"))
        #expect(!lines.contains("-12345.05"))
        let answer = try JSONText.of(StatementAnswer(statement))
        #expect(answer.contains(#""amountFen" : -1234505"#) && answer.contains(#""next" : 3"#))
        let last = try archive.statement(of: .customerPrepayment, at: .now, after: 3, limit: 100)
        #expect(LedgerStatement.text(last).contains("closing 期末 12345.05") && last.opening.fen == 1_234_505)
    }
}
