import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Look at policy files before they are in force.",
        discussion: """
            Works on files, offline. What a policy says to one institution is asked with `sampan can`.

            Examples:
              sampan policy check policy.yaml
              sampan policy diff policy.yaml policy-new.yaml
            """,
        subcommands: [PolicyCheck.self, PolicyDiff.self])
}
