import ArgumentParser
import SampanAPI
import SampanDomain

struct SettlementClose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close a day of the mobile operator, once.",
        discussion: """
            The day must be over in China, earlier days with entries must be closed, and its reconciliation must be recorded without an open
            break (sampan breaks). --reason closes it all the same, and marks it. A day that is closed already is shown as it was closed.

            EXAMPLES
              sampan settlement close gateway.local:7443 --date 2026-11-18 --identity /etc/sampan/li
              sampan settlement close gateway.local:7443 --date 2026-11-18 --reason "bank statement comes on Monday" --json
              sampan settlement close gateway.local:7443 --date 2026-11-18 --dry-run

            Exit code: 0 it is closed, 1 refused or the node cannot be asked, 64 wrong usage, 73 the page could not be written.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @OptionGroup var day: SettlementDayOptions
    @Option(help: "Why it is closed although its reconciliation is missing or breaks are open; kept with it.")
    var reason = ""
    @OptionGroup var mutation: MutationOptions
    @OptionGroup var output: SettlementOutput
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let (date, operatorID) = (try day.day().text, day.operatorID)
        guard !mutation.dryRun else {
            let response = try await remote.connected {
                try await SettlementV1.SettlementServiceClient($0).getSettlement(
                    SettlementV1.GetSettlementRequest(operatorID: operatorID, date: date))
            }
            let report = SettlementReport(response.settlement ?? SettlementV1.Settlement())
            try output.put(report, json: caller.json)
            if report.isRefused(reason: reason) { throw ExitCode(1) }
            return
        }
        let request = SettlementV1.CloseSettlementRequest(
            requestID: try mutation.makeRequestID(), operatorID: operatorID, date: date, reason: reason)
        let response = try await remote.connected {
            try await SettlementV1.SettlementServiceClient($0).closeSettlement(request)
        }
        if response.wasClosed { StandardError.line("\(date) was closed before; this is the first closing.") }
        try output.put(SettlementReport(response.settlement ?? SettlementV1.Settlement()), json: caller.json)
    }
}
