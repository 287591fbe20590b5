import ArgumentParser

struct SettlementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settlement",
        abstract: "Close the mobile operator's days, and print their reports (结账).",
        discussion: """
            Asked of a gateway, with a certificate of role settlement. A day is closed once and never opened again; what comes for it later
            is booked on the next open day and marked late. Docs/Settlement.md has the rules.

            EXAMPLES
              sampan settlement show gateway.local:7443 --date 2026-11-18
              sampan settlement close gateway.local:7443 --date 2026-11-18 --html settlement.html
              sampan settlement list gateway.local:7443 --from 2026-11-01 --to 2026-11-30
            """,
        subcommands: [SettlementClose.self, SettlementShow.self, SettlementList.self])
}
