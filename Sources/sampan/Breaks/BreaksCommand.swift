import ArgumentParser

struct BreaksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "breaks",
        abstract: "Keep the breaks of reconciliation at a gateway, and resolve them under two persons (差异处理).",
        discussion: """
            sampan reconcile finds breaks; record gives them to the gateway, where they stand in the way of closing their day until they are
            resolved: by a rule (refunds that can be made without a person), or by two persons, of whom one proposes and another approves.
            Asked with a certificate of role settlement that names a person. Docs/Reconciliation.md has the rules.

            EXAMPLES
              sampan reconcile --date 2026-11-18 --dir day --out breaks.csv
              sampan breaks record gateway.local:7443 --date 2026-11-18 --file breaks.csv --identity /etc/sampan/li
              sampan breaks list gateway.local:7443 --date 2026-11-18
              sampan breaks propose gateway.local:7443 12 --note "claimed at the bank, letter 7"
              sampan breaks approve gateway.local:7443 12 --identity /etc/sampan/wang
            """,
        subcommands: [
            BreaksRecord.self, BreaksList.self, BreaksShow.self, BreaksPropose.self, BreaksApprove.self, BreaksReject.self,
        ])
}
