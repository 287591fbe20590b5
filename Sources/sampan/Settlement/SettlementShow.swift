import ArgumentParser
import SampanAPI
import SampanDomain

struct SettlementShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a day of the mobile operator: as it was closed, or as it is so far.",
        discussion: """
            EXAMPLES
              sampan settlement show gateway.local:7443 --date 2026-11-18
              sampan settlement show gateway.local:7443 --date 2026-11-18 --csv --bom > settlement.csv
              sampan settlement show gateway.local:7443 --date 2026-11-18 --html settlement.html

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage, 73 the page could not be written.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @OptionGroup var day: SettlementDayOptions
    @OptionGroup var output: SettlementOutput
    @OptionGroup var caller: CallerOptions

    func validate() throws { try CallerOptions.check(node) }

    func run() async throws {
        let remote = try caller.node(node)
        let request = SettlementV1.GetSettlementRequest(operatorID: day.operatorID, date: try day.day().text)
        let response = try await remote.connected { try await SettlementV1.SettlementServiceClient($0).getSettlement(request) }
        try output.put(SettlementReport(response.settlement ?? SettlementV1.Settlement()), json: caller.json)
    }
}
