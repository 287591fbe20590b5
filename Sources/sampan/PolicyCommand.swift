import ArgumentParser

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Look at policy files, and put one in force.",
        discussion: """
            check and diff work on files, offline. What a policy says to one institution is asked with `sampan can`.

            Examples:
              sampan policy check policy.yaml
              sampan policy diff policy.yaml policy-new.yaml
              sampan policy push policy-new.yaml --dry-run
            """,
        subcommands: [PolicyCheck.self, PolicyDiff.self, PolicyPush.self])
}
