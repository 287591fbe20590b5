import ArgumentParser

struct AuthorityGroup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authority", abstract: "Found the region's certificate authority.", subcommands: [AuthorityInit.self])
}
