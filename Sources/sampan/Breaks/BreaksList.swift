import ArgumentParser
import SampanAPI
import SampanDomain

struct BreaksList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the breaks that wait, or all.",
        discussion: """
            EXAMPLES
              sampan breaks list gateway.local:7443 --date 2026-11-18
              sampan breaks list gateway.local:7443 --all --json | jq '.[] | select(.state == "PROPOSED")'

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Option(help: "Only those of this day.")
    var date = ""
    @Flag(help: "Also those that are resolved or gone.")
    var all = false
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        if !date.isEmpty, BusinessDay(date) == nil { throw ValidationError("--date is a day as 2026-11-18 or 20261118.") }
    }

    func run() async throws {
        let remote = try caller.node(node)
        let breaks = try await remote.connected { channel in
            let client = ReconciliationV1.ReconciliationServiceClient(channel)
            var breaks: [ReconciliationV1.Break] = []
            var after: UInt64 = 0
            repeat {
                let page = try await client.listBreaks(ReconciliationV1.ListBreaksRequest(date: date, all: all, after: after))
                breaks += page.breaks
                after = page.next
            } while after > 0
            return breaks
        }
        if caller.json {
            StandardOutput.line(try JSONText.of(breaks.map { BreakAnswer($0) }))
        } else {
            StandardOutput.line(breaks.isEmpty ? "no breaks" : BreakText.table(breaks))
        }
    }
}
