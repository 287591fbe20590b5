import SampanAPI

/// A settlement as a page for printing: one file, nothing loaded from elsewhere.
struct SettlementPage {
    private let report: SettlementReport

    init(_ report: SettlementReport) { self.report = report }

    private static let style = """
        body { font: 12px/1.5 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em; color: #222; }
        h1 { font-size: 18px; } h2 { font-size: 14px; margin: 1.5em 0 .4em; }
        table { border-collapse: collapse; width: 100%; page-break-inside: avoid; }
        th, td { border: 1px solid #999; padding: 2px 6px; text-align: left; }
        td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 1em; margin: 0; } dd { margin: 0; }
        .sign { display: flex; gap: 4em; margin-top: 4em; } .sign span { border-top: 1px solid #222; padding-top: 2px; width: 14em; }
        @page { size: A4; margin: 15mm; } @media print { body { margin: 0; } }
        """

    var html: String {
        let title = "结账单 Settlement \(report.settlement.date)"
        let facts = report.facts.map { "<dt>\(Self.escaped($0.name))</dt><dd>\(Self.escaped($0.value))</dd>" }.joined(separator: "\n")
        var parts = [
            "<h1>\(Self.escaped(title))</h1>", "<dl>\n\(facts)\n</dl>",
            Self.table("机构 Institutions", SettlementReport.institutionHead, report.institutionRows, names: 1),
            Self.table("渠道 Channels", SettlementReport.channelHead, report.channelRows, names: 1),
            Self.table("科目 Accounts", SettlementReport.accountHead, report.accountRows, names: 2),
        ]
        if !report.lateRows.isEmpty { parts.append(Self.table("补记 Late entries", SettlementReport.lateHead, report.lateRows, names: 4)) }
        parts.append("<div class=\"sign\"><span>制表 prepared</span><span>复核 checked</span><span>日期 date</span></div>")
        return """
            <!DOCTYPE html>
            <html lang="zh-CN"><head><meta charset="utf-8"><title>\(Self.escaped(title))</title>
            <style>
            \(Self.style)
            </style></head><body>
            \(parts.joined(separator: "\n"))
            </body></html>

            """
    }

    /// - Parameter names: columns at the left that hold words; the others hold figures.
    private static func table(_ title: String, _ head: [String], _ rows: [[String]], names: Int) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let fields = cells.enumerated().map { "<\(tag)\($0 < names ? "" : " class=\"n\"")>\(escaped($1))</\(tag)>" }
            return "<tr>\(fields.joined())</tr>"
        }
        return """
            <h2>\(escaped(title))</h2>
            <table>
            <thead>\(row(head, "th"))</thead>
            <tbody>
            \(rows.map { row($0, "td") }.joined(separator: "\n"))
            </tbody></table>
            """
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
