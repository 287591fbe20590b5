import ArgumentParser
import SampanAPI

struct RootTaint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "taint",
        abstract: "Mark the old certificate: nothing new may depend on it.",
        discussion: """
            Done when every node has renewed. abort is not possible from here on.

            EXAMPLES
              sampan root taint
              sampan root taint --dry-run
              sampan root taint --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.taint) }
}
