import ArgumentParser
import SampanAPI

struct RootTrust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Have every node believe the new certificate beside the old one.",
        discussion: """
            Nodes acknowledge the epoch that says so; activate waits for all of them.

            EXAMPLES
              sampan root trust
              sampan root trust --dry-run
              sampan root trust --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.trust) }
}
