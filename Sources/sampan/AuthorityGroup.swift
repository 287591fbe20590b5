import ArgumentParser

struct AuthorityGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Work in the folder of the region's certificate authority.",
        subcommands: [AuthorityInit.self, AuthorityEnroll.self])
}
