import ArgumentParser

struct ConnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conn", abstract: "Look at the connections of a node.", subcommands: [ConnList.self])
}
