import ArgumentParser
import SampanAPI

struct BreaksPropose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propose",
        abstract: "Say how a break was resolved, for another person to approve.",
        discussion: """
            --to-suspense books the amount on SUSPENSE (挂账) with the approval: for LONG and SHORT that nobody can explain yet.

            EXAMPLES
              sampan breaks propose gateway.local:7443 12 --note "claimed at the bank, letter 7"
              sampan breaks propose gateway.local:7443 13 --note "order of no hospital" --to-suspense

            Exit code: 0 proposed, 1 refused or the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Argument(help: "Number of the break.")
    var number: UInt64
    @Option(help: "What was done, and where it is to be seen. Kept for ever: no patient's data.")
    var note: String
    @Flag(help: "Book the amount on SUSPENSE when it is approved.")
    var toSuspense = false
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let found = try await remote.connected { channel in
            let client = ReconciliationV1.ReconciliationServiceClient(channel)
            let seen = try await client.getBreak(ReconciliationV1.GetBreakRequest(number: number)).found?.lastStep ?? 0
            return try await client.proposeResolution(
                ReconciliationV1.ProposeResolutionRequest(number: number, afterStep: seen, note: note, toSuspense: toSuspense)
            ).found
        }
        try BreakDecision.put(found, json: caller.json)
    }
}
