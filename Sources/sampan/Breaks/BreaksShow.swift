import ArgumentParser
import SampanAPI

struct BreaksShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a break with everything that was done about it.",
        discussion: """
            EXAMPLES
              sampan breaks show gateway.local:7443 12

            Exit code: 0, 1 there is no such break or the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Argument(help: "Number of the break.")
    var number: UInt64
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let response = try await remote.connected {
            try await ReconciliationV1.ReconciliationServiceClient($0).getBreak(ReconciliationV1.GetBreakRequest(number: number))
        }
        let found = response.found ?? ReconciliationV1.Break()
        StandardOutput.line(
            caller.json ? try JSONText.of(BreakAnswer(found, steps: response.steps)) : BreakText.history(found, response.steps))
    }
}
