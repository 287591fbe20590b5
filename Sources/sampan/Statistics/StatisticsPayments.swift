import ArgumentParser
import SampanAPI
import SampanDomain

struct StatisticsPayments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments",
        abstract: "Payments and refunds by month: of channels, and of hospitals.",
        discussion: """
            Every figure is a sum of ledger entries by their accounting day. --svg draws what the channels took and gave back.

            EXAMPLES
              sampan statistics payments gateway.local:7443 --from 2026-01 --to 2026-11
              sampan statistics payments gateway.local:7443 --from 2026-01 --to 2026-11 --csv > payments.csv
              sampan statistics payments gateway.local:7443 --from 2025-12 --to 2026-11 --svg payments.svg

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage, 73 the drawing could not be written.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Option(help: "The first month: 2026-01.")
    var from: String
    @Option(help: "The last month, at most ten years later.")
    var to: String
    @Flag(help: "Print CSV; amounts in fen.")
    var csv = false
    @Option(help: ArgumentHelp("Also write a drawing (SVG, 0600).", valueName: "file"))
    var svg: String?
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        guard let first = BusinessMonth(from), let last = BusinessMonth(to), first <= last else {
            throw ValidationError("--from and --to are months as 2026-01, the first not later than the last.")
        }
    }

    func run() async throws {
        let remote = try caller.node(node)
        let request = StatisticsV1.GetPaymentStatisticsRequest(fromMonth: from, toMonth: to)
        let statistics = try await remote.connected { try await StatisticsV1.StatisticsServiceClient($0).getPaymentStatistics(request) }
        if let svg { try OutputFile.write(PaymentChart(statistics).svg, to: svg) }
        let report = PaymentStatisticsReport(statistics)
        if caller.json {
            StandardOutput.line(try JSONText.of(report))
        } else if csv {
            StandardOutput.text(report.csv)
        } else {
            StandardOutput.line(report.text)
        }
    }
}
