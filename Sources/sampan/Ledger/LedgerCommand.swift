import ArgumentParser

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Read and verify the double-entry ledger of a gateway (总账).",
        discussion: """
            Reads the gateway's payments.db, also while the gateway runs; nothing is written, no network, no certificate. Amounts are yuan
            in tables, whole fen in JSON. The chart of accounts is in Docs/Ledger.md.

            Examples:
              sampan ledger trial-balance --db data
              sampan ledger trial-balance --db data --as-of 2026-11-18
              sampan ledger statement --db data --account CHANNEL_CLEARING:WX --as-of "2026-11-18 12:00:00"
              sampan ledger verify --db data/payments.db
            """,
        subcommands: [LedgerTrialBalance.self, LedgerStatement.self, LedgerVerify.self])
}
