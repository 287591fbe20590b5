import ArgumentParser
import SampanAPI

struct RootAbort: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort",
        abstract: "Go back to the certificate that was there before.",
        discussion: """
            Possible until taint. After activate the nodes renew back, and taint and retire remove the new one.

            EXAMPLES
              sampan root abort
              sampan root abort --dry-run
              sampan root abort --wait --within 5m --json

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.abort) }
}
