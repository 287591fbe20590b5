import ArgumentParser

/// Long fuzzing: `Scripts/fuzz` calls it.
@main
struct SampanFuzzProgram: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sampan-fuzz", abstract: "Fuzz what reads bytes from outside.", subcommands: [RunCommand.self, WorkCommand.self],
        defaultSubcommand: RunCommand.self)
}
