import ArgumentParser

/// The program: one subcommand, one file.
@main
struct Sampan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan",
        abstract: "The service mesh of a health region.",
        subcommands: [ServeCommand.self, FerryCommand.self, CertsCommand.self, CanCommand.self, PolicyCommand.self, AuditCommand.self])
}
