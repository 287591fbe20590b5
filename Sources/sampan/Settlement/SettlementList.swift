import ArgumentParser
import SampanAPI
import SampanDomain

struct SettlementList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the closings of the mobile operator, the newest first.",
        discussion: """
            EXAMPLES
              sampan settlement list gateway.local:7443
              sampan settlement list gateway.local:7443 --from 2026-11-01 --to 2026-11-30 --csv

            Exit code: 0, 1 the node cannot be asked, 64 wrong usage.
            """)

    @Argument(help: "The gateway node, host:port.")
    var node: String
    @Option(help: "From this day on.")
    var from = ""
    @Option(help: "Up to this day.")
    var to = ""
    @Option(name: .customLong("operator"), help: "The operator. There is one here: the ferry's.")
    var operatorID = MobileOperator.code
    @Flag(help: "Print CSV; amounts in fen.")
    var csv = false
    @OptionGroup var caller: CallerOptions

    func validate() throws {
        try CallerOptions.check(node)
        for text in [from, to] where !text.isEmpty && BusinessDay(text) == nil {
            throw ValidationError("--from and --to are days as 2026-11-18 or 20261118.")
        }
    }

    func run() async throws {
        let remote = try caller.node(node)
        let request = SettlementV1.ListSettlementsRequest(operatorID: operatorID, fromDate: from, toDate: to)
        let response = try await remote.connected { try await SettlementV1.SettlementServiceClient($0).listSettlements(request) }
        let reports = response.settlements.map(SettlementReport.init)
        if caller.json {
            StandardOutput.line(try JSONText.of(reports.map(SettlementAnswer.init)))
        } else if csv {
            StandardOutput.text(Self.csv(reports))
        } else {
            StandardOutput.line(reports.isEmpty ? "no day is closed" : Self.table(reports))
        }
    }

    private static func cells(_ report: SettlementReport) -> [String] {
        let day = report.settlement
        return [
            day.date, report.stateText, String(day.receipts), Money(fen: day.receiptsFen).yuan,
            Money(fen: day.channels.reduce(0) { $0 &+ $1.refundedFen }).yuan, report.closedText ?? "", day.closedBy, day.reason,
        ].map(CertificateDescription.printable)
    }

    private static func table(_ reports: [SettlementReport]) -> String {
        TextTable(["day 日期", "state 状态", "receipts 张数", "posted 入账", "refunded 退款", "closed 结账时间", "by", "reason"], reports.map(cells)).text
    }

    private static func csv(_ reports: [SettlementReport]) -> String {
        var writer = CSVWriter(header: [
            "date", "operator_id", "settlement_mark", "state", "receipts", "receipts_fen", "cash_fen", "refunded_fen", "closed_at",
            "closed_by", "reason",
        ])
        for report in reports {
            let day = report.settlement
            writer.append([
                day.date, day.operatorID, day.settlementMark, report.stateWord, String(day.receipts), String(day.receiptsFen),
                String(day.cashFen), String(day.channels.reduce(0) { $0 &+ $1.refundedFen }), Moment.text(day.closedAt) ?? "", day.closedBy,
                day.reason,
            ])
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
