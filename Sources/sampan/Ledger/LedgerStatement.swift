import ArgumentParser
import SampanDomain
import SampanLedger
import SampanServices

struct LedgerStatement: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "List what happened on one account, line by line, with its balance after each (明细账).",
        discussion: """
            Lines come in the order of recording, a page at a time; the last line of a page says how to ask on. An account that nobody has
            booked on has no lines.

            Examples:
              sampan ledger statement --db data --account CUSTOMER_PREPAYMENT
              sampan ledger statement --db data --account BANK_IN_TRANSIT:WX:4699010001 --as-of 2026-11-19 --json
              sampan ledger statement --db data --account CHANNEL_CLEARING:ALI --after 5000 --limit 500

            Exit code: 0, 64 wrong usage, 65 the file is not a ledger of this edition, 66 it is missing or cannot be read.
            """)

    @OptionGroup var file: LedgerFile
    @Option(help: "The code of the account, as trial-balance lists it.")
    var account: String
    @OptionGroup var asOf: LedgerMomentOption
    @Option(help: "Go on behind this entry.")
    var after: Int64 = 0
    @Option(help: "Lines of a page: 1 to 10000.")
    var limit = 100
    @Flag(help: "Print a JSON object; amounts are whole fen.")
    var json = false

    func validate() throws {
        _ = try parsedAccount()
        guard after >= 0 else { throw ValidationError("--after is the number of an entry: 0 or more") }
        guard (1...Ledger.maximumPage).contains(limit) else { throw ValidationError("--limit is 1 to \(Ledger.maximumPage)") }
    }

    func run() throws {
        let (account, moment) = (try parsedAccount(), try asOf.moment())
        let statement = try file.read { archive throws(PaymentArchiveError) in
            try archive.statement(of: account, at: moment, after: after, limit: limit)
        }
        StandardOutput.line(json ? try JSONText.of(StatementAnswer(statement)) : Self.text(statement))
    }

    private func parsedAccount() throws -> LedgerAccount {
        do throws(DomainError) { return try LedgerAccount(code: account) } catch { throw ValidationError("--account: \(error.message)") }
    }

    static func text(_ statement: AccountStatement) -> String {
        let rows = statement.lines.map { line in
            [
                String(line.entry), line.day.text, line.recordedAt.chinaText, line.event.chinese,
                line.amount.fen > 0 ? line.amount.yuan : "", line.amount.fen < 0 ? String(line.amount.yuan.dropFirst()) : "",
                line.balance.yuan, line.key, line.actor, line.reverses.map { "冲正 \($0) \(line.reason)" } ?? line.reason,
            ].map(CertificateDescription.printable)
        }
        let head = ["entry", "day 记账日", "recorded 记录时间", "event 事项", "debit 借方", "credit 贷方", "balance 余额", "key", "who", "reason"]
        let table = TextTable(head, [["", "", "", "opening 期初", "", "", statement.opening.yuan, "", "", ""]] + rows).text
        let name = "\(statement.account.code) \(statement.account.chinese)"
        let more = statement.next.map { "more: --after \($0)" } ?? "closing 期末 \(statement.closing.yuan)"
        return "Statement 明细账 of \(name), \(LedgerMomentOption.text(statement.moment))\n\n\(table)\n\n\(more)"
    }
}

/// A page of a statement in JSON. Amounts are whole fen.
struct StatementAnswer: Encodable {
    struct Line: Encodable {
        let entry: Int64
        let day: String
        /// RFC 3339, UTC.
        let recordedAt: String
        let event: String
        let key: String
        /// A debit above zero, a credit below.
        let amountFen: Int64
        /// On the account's own side.
        let balanceFen: Int64
        let reverses: Int64?
        let reason: String
        let actor: String
    }

    let account: String
    let name: String
    let asOf: LedgerMomentAnswer?
    let openingFen: Int64
    let closingFen: Int64
    let lines: [Line]
    /// To ask on with as --after; left out at the end.
    let next: Int64?

    init(_ statement: AccountStatement) {
        account = statement.account.code
        name = statement.account.chinese
        asOf = LedgerMomentAnswer(statement.moment)
        openingFen = statement.opening.fen
        closingFen = statement.closing.fen
        next = statement.next
        lines = statement.lines.map {
            Line(
                entry: $0.entry, day: $0.day.text, recordedAt: $0.recordedAt.utcText, event: $0.event.rawValue, key: $0.key,
                amountFen: $0.amount.fen, balanceFen: $0.balance.fen, reverses: $0.reverses, reason: $0.reason, actor: $0.actor)
        }
    }
}
