import ArgumentParser

struct FerryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ferry", abstract: "Run the inside of the network gap, look at how its workers do, or find out how many are best.",
        subcommands: [FerryRun.self, FerryStatus.self, FerryTune.self, FerryKeygen.self], defaultSubcommand: FerryRun.self)
}
