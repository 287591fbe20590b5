import ArgumentParser

struct StatisticsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics", abstract: "Figures over months, from a gateway's ledger (月度统计).",
        subcommands: [StatisticsPayments.self])
}
