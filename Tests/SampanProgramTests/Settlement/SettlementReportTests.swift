import ArgumentParser
import Foundation
import SampanAPI
import SampanDomain
import StoreTestSupport
import Testing

@testable import sampan

@Suite("Reports of settlement, breaks and statistics")
struct SettlementReportTests {
    private static let noon = GoogleProtobuf.Timestamp(nanosecondsSince1970: 1_794_974_400_000_000_000)

    private static let closed = SettlementReport(
        SettlementV1.Settlement(
            operatorID: "FERRY", settlementMark: "MOBILE", date: "2026-11-17", state: .closedMarked, closedAt: noon,
            closedBy: "spiffe://region.example/settlement/4699010000/li", reason: "<bank> & \"letter\"",
            reconciliation: SettlementV1.ReconciliationStand(run: 3, openBreaks: 2, openFen: 1_205, resolvedBreaks: 4),
            institutions: [
                SettlementV1.InstitutionTotal(
                    institutionCode: "4699010001", receipts: 2, postedFen: 3_500, reversedFen: 500, netFen: 3_000,
                    tenders: [
                        SettlementV1.TenderTotal(tender: "CASH"), SettlementV1.TenderTotal(tender: "WX", receipts: 1, amountFen: 1_000),
                        SettlementV1.TenderTotal(tender: "ALI", receipts: 1, amountFen: 2_500),
                    ])
            ],
            channels: [
                SettlementV1.ChannelTotal(
                    channel: .wechatPay, payments: 2, paidFen: 1_400, refunds: 1, refundedFen: 400, otherFen: 0, netFen: 1_000)
            ],
            accounts: [
                SettlementV1.AccountDay(
                    account: "CHANNEL_CLEARING:WX", name: "渠道清算", openingFen: 5, debitsFen: 1_400, creditsFen: 400, closingFen: 1_005)
            ],
            lateEntries: [
                SettlementV1.LateEntry(entry: 12, belongsTo: "2026-11-16", event: "PAID", key: "paid:SP9", amountFen: 77)
            ],
            firstReceipt: "H2611170000001", lastReceipt: "H2611170000002", receipts: 2, receiptsFen: 3_500, lastEntry: 31,
            lastEntryHash: [0xAB, 0x01]))

    @Test("ST-01 FE-06: the table is aligned by the width of Chinese text, and has the cash column")
    func text() throws {
        let text = Self.closed.text
        for part in [
            "Settlement 结账 of 2026-11-17", "closed, marked 已结账", "2026-11-18 12:00:00 by spiffe",
            "run 3: 2 breaks open (12.05), 4 resolved",
            "cash 现金", "补记", "paid:SP9",
        ] { #expect(text.contains(part), "\(part)") }
        let lines = text.split(separator: "\n").map(String.init)
        let head = try #require(lines.first { $0.hasPrefix("institution 机构") })
        let row = try #require(lines.first { $0.hasPrefix("4699010001") })
        let total = try #require(lines.first { $0.hasPrefix("total 合计") })
        func place(_ word: String, _ line: String) -> Int? {
            line.range(of: word).map { TextTable.width(String(line[..<$0.lowerBound])) }
        }
        let net = try #require(place("net 净额", head))
        #expect(place("30.00", row) == net && place("30.00", total) == net)
        #expect(place("0.00", row) == place("cash 现金", head))
    }

    @Test("ST-06: CSV has one figure a row, with operator and mark; JSON whole fen")
    func figures() throws {
        let table = try CSVTable(Array(Self.closed.csv.utf8))
        let (mark, item, fen) = (try table.column("settlement_mark"), try table.column("item"), try table.column("amount_fen"))
        #expect(table.rows.allSatisfy { $0[mark] == "MOBILE" })
        let sums = table.rows.map { "\($0[item]) \($0[fen])" }
        for row in ["CASH 0", "WX 1000", "ALI 2500", "POSTED 3500", "REVERSED 500", "PAID 1400", "OPENING 5", "CLOSING 1005", "PAID 77"] {
            #expect(sums.contains(row), "\(row)")
        }
        let json = try JSONText.of(SettlementAnswer(Self.closed))
        for part in [#""state" : "CLOSED_MARKED""#, #""cashFen" : 0"#, #""mark" : "31:ab01""#, #""belongsTo" : "2026-11-16""#] {
            #expect(json.contains(part), "\(part)")
        }
    }

    @Test("the page for printing is one file, and what people have written is shown as they wrote it")
    func page() {
        let html = SettlementPage(Self.closed).html
        #expect(html.hasPrefix("<!DOCTYPE html>") && html.contains("&lt;bank&gt; &amp; &quot;letter&quot;"))
        #expect(!html.contains("<bank>") && !html.contains("http") && html.contains("<td class=\"n\">35.00</td>"))
        #expect(html.components(separatedBy: "<table>").count == 5 && html.contains("制表"))
    }

    @Test("a file is written as a whole and for its owner only; where it cannot be, the exit code is 73")
    func file() throws {
        let directory = try TemporaryDirectory()
        for text in ["first", "second"] {
            try OutputFile.write(text, to: directory.file("page.html"))
            #expect(try String(contentsOfFile: directory.file("page.html"), encoding: .utf8) == text)
            let mode = try FileManager.default.attributesOfItem(atPath: directory.file("page.html"))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["page.html"])
        #expect(throws: ExitCode(73)) { try OutputFile.write("x", to: directory.file("none/page.html")) }
    }

    @Test(
        "RC-05: the drawing has a bar for each channel and month, and its scale holds the largest",
        arguments: [0, 1, 99, 1_234_567_89, 9_000_000_000_000_000] as [Int64])
    func chart(fen: Int64) {
        let months = ["2026-11", "2026-12"]
        let statistics = StatisticsV1.GetPaymentStatisticsResponse(
            channels: months.flatMap { month in
                [GatewayV1.PaymentChannel.wechatPay, .alipay].map {
                    StatisticsV1.ChannelMonth(month: month, channel: $0, payments: 1, paidFen: fen, refunds: 1, refundedFen: fen / 3)
                }
            })
        let svg = PaymentChart(statistics).svg
        // Two channels and the refunds, twice, the legend's three, and the ground.
        #expect(svg.components(separatedBy: "<rect ").count - 1 == 6 + 3 + 1)
        for month in months { #expect(svg.contains(">\(month)<")) }
        #expect(svg.components(separatedBy: "<line ").count - 1 <= 12 && !svg.contains("nan") && !svg.contains("inf"))
        #expect(!svg.contains("y=\"-"), "no bar stands out above")
    }

    @Test("RC-05: the figures as CSV and as tables")
    func statistics() {
        let report = PaymentStatisticsReport(
            StatisticsV1.GetPaymentStatisticsResponse(
                channels: [
                    StatisticsV1.ChannelMonth(
                        month: "2026-11", channel: .alipay, payments: 3, paidFen: 12_345, refunds: 1, refundedFen: 45)
                ],
                institutions: [
                    StatisticsV1.InstitutionMonth(
                        month: "2026-11", institutionCode: "4699010001", receipts: 2, postedFen: 12_300, reversals: 0, reversedFen: 0)
                ]))
        #expect(
            report.csv == """
                month,section,code,payments,paid_fen,refunds,refunded_fen
                2026-11,channel,ALI,3,12345,1,45
                2026-11,institution,4699010001,2,12300,0,0

                """)
        #expect(report.text.contains("123.45") && report.text.contains("收款"))
    }

    @Test("breaks.csv is read by column name; what is none ends with 65, what is missing with 66")
    func findings() throws {
        let directory = try TemporaryDirectory()
        func write(_ text: String) throws -> String {
            try text.write(toFile: directory.file("breaks.csv"), atomically: true, encoding: .utf8)
            return directory.file("breaks.csv")
        }
        let header = "type,out_trade_no,out_refund_no,org,channel,amount_fen,action"
        #expect(try BreaksRecord.findings(try write(header + "\n")).isEmpty)
        let moved = try BreaksRecord.findings(
            try write("amount_fen,action,type,out_trade_no,out_refund_no,org,channel\n7,QUERY_ORDER,SHORT,SP1,,4699010001,WX\n"))
        #expect(moved.map(\.amountFen) == [7] && moved.map(\.type) == ["SHORT"] && moved.map(\.outTradeNo) == ["SP1"])
        for wrong in ["", "type,amount_fen\nSHORT,1\n", "\(header)\nSHORT,SP1,,1,WX,1.5,QUERY_ORDER\n", "\(header)\nSHORT\n"] {
            #expect(throws: ExitCode(65), "\(wrong)") { try BreaksRecord.findings(try write(wrong)) }
        }
        #expect(throws: ExitCode(66)) { try BreaksRecord.findings(directory.file("none.csv")) }
    }

    @Test(
        "wrong usage is told with 64",
        arguments: [
            ["settlement", "close", "nowhere", "--date", "2026-11-18"], ["settlement", "close", "a:1", "--date", "2026-02-30"],
            ["settlement", "show", "a:1"], ["settlement", "show", "a:1", "--date", "20261118", "--bom"],
            ["settlement", "list", "a:1", "--from", "x"], ["breaks", "list", "a:1", "--date", "x"], ["breaks", "propose", "a:1", "1"],
            ["breaks", "reject", "a:1", "1"], ["breaks", "approve", "a:1", "x"], ["breaks", "record", "a:1", "--date", "2026-11-18"],
            ["statistics", "payments", "a:1", "--from", "2026-02", "--to", "2026-01"],
            ["statistics", "payments", "a:1", "--from", "2026-13", "--to", "2026-13"],
        ])
    func usage(arguments: [String]) {
        #expect {
            _ = try Sampan.parseAsRoot(arguments)
        } throws: {
            Sampan.exitCode(for: $0).rawValue == 64
        }
    }
}
