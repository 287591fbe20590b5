import SampanDomain
import SampanReconciliation

/// A reconciliation as tables for the finance clerk. Amounts are yuan.
struct ReconciliationText {
    private let report: ReconciliationReport
    private let out: String

    init(_ report: ReconciliationReport, out: String) {
        self.report = report
        self.out = out
    }

    /// Without a line break at the end.
    var text: String {
        var parts = ["Reconciliation 对账 of \(report.day.text): \(report.orders) orders, \(report.totals.billLines) bill lines", sides]
        parts.append(settlements)
        if !report.counts.isEmpty { parts.append(breaks) }
        if !report.hasNextDay {
            parts.append("No bills of the next day in next_day/: what was paid around midnight may be told as SHORT; look again tomorrow.")
        }
        parts.append(conclusion)
        return parts.joined(separator: "\n\n")
    }

    private var sides: String {
        let totals = report.totals
        func row(_ name: String, _ side: SideTotals, _ fees: Bool) -> [String] {
            [
                name, String(side.payments), Self.yuan(side.paid.fen), String(side.refunds), Self.yuan(side.refunded.fen),
                fees ? Self.yuan(side.fees.fen) : "",
            ]
        }
        return TextTable(
            ["side", "payments", "paid", "refunds", "refunded", "fees"],
            [
                row("platform 平台", totals.platform, false), row("HIS", totals.his, false), row("WeChat Pay 微信", totals.weChat, true),
                row("Alipay 支付宝", totals.alipay, true),
                ["bank 银行", String(totals.deposits), Self.yuan(totals.deposited.fen), "", "", ""],
            ]
        ).text
            + "\nUnpaid orders \(totals.unpaidOrders), refunds not confirmed yet \(totals.openRefunds), "
            + "other bookings \(totals.otherBookings)"
    }

    private var settlements: String {
        TextTable(
            ["institution", "channel", "net 应到账", "deposited 已到账", "difference"],
            report.settlements.map {
                let deposited = $0.deposited?.fen ?? 0
                return [
                    $0.institution, $0.channel.rawValue, Self.yuan($0.due.fen), $0.deposited == nil ? "-" : Self.yuan(deposited),
                    $0.isCombined ? "with other days 合并到账" : deposited == $0.due.fen ? "" : Self.yuan(deposited &- $0.due.fen),
                ]
            }
        ).text
    }

    private var breaks: String {
        TextTable(
            ["break", "名称", "count", "amount", "cause"],
            report.counts.map { [$0.type.rawValue, $0.type.chinese, String($0.count), Self.yuan($0.amount), $0.type.cause] }
        ).text
    }

    private var conclusion: String {
        guard report.breaks > 0 else { return "No breaks. Every fen is explained; \(out) holds its header only." }
        return
            "\(report.breaks) breaks, \(Self.yuan(report.atRisk)) yuan at risk, \(Self.yuan(report.inOtherDay)) in the books of the day before or "
            + "after. Each with its next action in \(out)."
    }

    private static func yuan(_ fen: Int64) -> String { Money(fen: fen).yuan }
}
