import ArgumentParser
import SampanAPI

struct RootPrepare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Make the new key and certificate; no node hears of it yet.",
        discussion: """
            Nothing depends on them before trust.

            EXAMPLES
              sampan root prepare
              sampan root prepare --dry-run
              sampan root prepare --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.prepare) }
}
