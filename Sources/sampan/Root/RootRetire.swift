import ArgumentParser
import SampanAPI

struct RootRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Take the old certificate away for good.",
        discussion: """
            Done when every node has acknowledged taint. What hangs on the old one is cut; there is nothing left that does.

            EXAMPLES
              sampan root retire
              sampan root retire --dry-run
              sampan root retire --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.retire) }
}
