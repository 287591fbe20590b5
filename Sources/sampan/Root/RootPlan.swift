import ArgumentParser
import SampanAPI

struct RootPlan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Begin to replace the root or the issuing certificate; nothing is made yet.",
        discussion: """
            Says what will be made and who must follow. The first step of a rollover; the one before has to be over.

            EXAMPLES
              sampan root plan --kind issuer
              sampan root plan --kind root --dry-run

            Exit code: 0 done, now or before; 1 refused, with the nodes that are waited for; 64 wrong usage.
            """)

    @Option(help: "What is replaced: root (with an issuer under it) or issuer.")
    var kind: RolloverKindName
    @OptionGroup var options: RootStepOptions

    func run() async throws { try await options.run(.plan, kind: kind) }
}
