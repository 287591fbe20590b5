import ArgumentParser
import SampanAPI

struct RootActivate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Sign with the new certificate; nodes renew at once.",
        discussion: """
            Done when every node believes it. taint waits until all of them show a certificate of it.

            EXAMPLES
              sampan root activate
              sampan root activate --dry-run
              sampan root activate --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.activate) }
}
