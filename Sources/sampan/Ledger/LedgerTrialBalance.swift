import ArgumentParser
import SampanDomain
import SampanLedger
import SampanServices

struct LedgerTrialBalance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trial-balance",
        abstract: "List what is on every account, now or at any moment of the past (试算平衡表).",
        discussion: """
            Examples:
              sampan ledger trial-balance --db data
              sampan ledger trial-balance --db data --as-of 2026-11-18 --json
              sampan ledger trial-balance --db data --as-of "2026-11-18 12:00:00"

            Exit code: 0 debits equal credits, 1 they do not, 64 wrong usage, 65 the file is not a ledger of this edition, 66 it is missing
            or cannot be read.
            """)

    @OptionGroup var file: LedgerFile
    @OptionGroup var asOf: LedgerMomentOption
    @Flag(help: "Print a JSON object; amounts are whole fen.")
    var json = false

    func run() throws {
        let moment = try asOf.moment()
        let trial = try file.read { archive throws(PaymentArchiveError) in try archive.trialBalance(at: moment) }
        StandardOutput.line(json ? try JSONText.of(TrialBalanceAnswer(trial)) : Self.text(trial))
        if !trial.isBalanced { throw ExitCode(1) }
    }

    static func text(_ trial: TrialBalance) -> String {
        let rows = trial.accounts.map {
            [
                $0.account.code, $0.account.chinese, $0.account.kind.chinese, $0.debits.yuan, $0.credits.yuan, $0.balance.yuan,
                $0.available.map { $0.yuan } ?? "",
            ]
        }
        let isNow = trial.moment == .now
        let head = ["account", "科目", "类别", "debits 借方", "credits 贷方", "balance 余额"] + (isNow ? ["available 可用"] : [])
        let table = TextTable(head, rows.map { isNow ? $0 : Array($0.dropLast()) }).text
        let sums = "debits 借方合计 \(trial.debits.yuan), credits 贷方合计 \(trial.credits.yuan)"
        return "Trial balance 试算平衡表, \(LedgerMomentOption.text(trial.moment))\n\n\(table)\n\n\(sums): "
            + (trial.isBalanced ? "balanced 平衡" : "NOT BALANCED 不平衡")
    }
}

/// A trial balance in JSON. Amounts are whole fen.
struct TrialBalanceAnswer: Encodable {
    struct Account: Encodable {
        let account: String
        let name: String
        let kind: String
        let channel: String?
        let org: String?
        let debitsFen: Int64
        let creditsFen: Int64
        /// On the account's own side.
        let balanceFen: Int64
        /// Now only: the balance less what is held.
        let availableFen: Int64?
    }

    let asOf: LedgerMomentAnswer?
    let balanced: Bool
    let debitsFen: Int64
    let creditsFen: Int64
    let accounts: [Account]

    init(_ trial: TrialBalance) {
        asOf = LedgerMomentAnswer(trial.moment)
        balanced = trial.isBalanced
        debitsFen = trial.debits.fen
        creditsFen = trial.credits.fen
        accounts = trial.accounts.map {
            Account(
                account: $0.account.code, name: $0.account.chinese, kind: $0.account.kind.rawValue, channel: $0.account.channel?.rawValue,
                org: $0.account.institution?.text, debitsFen: $0.debits.fen, creditsFen: $0.credits.fen, balanceFen: $0.balance.fen,
                availableFen: $0.available?.fen)
        }
    }
}
