import Foundation
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanReconciliation

@Suite("Damaged bills and ledgers", .blocking)
struct BadInputTests {
    @Test("an empty file", arguments: [BillFixture.weChat, BillFixture.platform, BillFixture.his, "bank_statement_20261119.csv"])
    func empty(name: String) throws {
        for content in ["", "\u{FEFF}", "\n"] {
            let fixture = try BillFixture()
            try fixture.write(Array(content.utf8), to: name)
            try fixture.expectRefusal(name, "line 1", "the file is empty")
        }
    }

    @Test(
        "a missing file",
        arguments: [BillFixture.weChat, BillFixture.alipay, BillFixture.platform, BillFixture.his, "bank_statement_20261119.csv"])
    func missing(name: String) throws {
        let fixture = try BillFixture()
        try fixture.remove(name)
        try fixture.expectRefusal(name, "is missing")
    }

    @Test(
        "a missing column",
        arguments: [
            (BillFixture.weChat, "手续费"), (BillFixture.weChat, "商户订单号"), (BillFixture.platform, "amount_fen"), (BillFixture.his, "kind"),
            ("bank_statement_20261119.csv", "摘要"),
        ])
    func column(name: String, column: String) throws {
        let fixture = try BillFixture()
        try fixture.change(name) { $0.replacing(column, with: "别的", maxReplacements: 1) }
        try fixture.expectRefusal(name, "line 1", column)
    }

    @Test("a column twice, a line too short, a line too long, a quote astray, a quote never closed")
    func shapes() throws {
        for (change, expected) in [
            ({ $0.replacing("his_status", with: "status", maxReplacements: 1) }, "stands twice"),
            ({ $0 + "PAY,SP9\n" }, "2 fields where the header has 14"),
            ({ $0 + String(repeating: "x", count: 70_000) + "\n" }, "longer than"),
            ({ $0 + "a\"b\"\n" }, "a quote stands inside"), ({ $0 + "\"b\n" }, "never closed"),
        ] as [((String) -> String, String)] {
            let fixture = try BillFixture()
            try fixture.change(BillFixture.platform, change)
            try fixture.expectRefusal(BillFixture.platform, expected)
        }
    }

    /// Words of which no other column holds the like, so that they are found in whatever order the columns stand.
    @Test(
        "values that are none, with line and column",
        arguments: [
            (BillFixture.platform, "WX", "UP", "column channel: neither WX nor ALI"),
            (BillFixture.platform, "PAID", "DONE", "column status: none of PAID"),
            (BillFixture.platform, "PAY", "GIFT", "column entry_type: neither PAY nor REFUND"),
            (BillFixture.platform, "REFUNDED", "GONE", "column status: none of REFUNDED"),
            (BillFixture.platform, "2026-11-18", "18.11.2026", "column finished_at: not a time"),
            (BillFixture.his, "CHARGE", "GIFT", "column kind: neither CHARGE nor REVERSE"),
            (BillFixture.weChat, "SUCCESS", "DONE", "column 交易状态: none of"), (BillFixture.weChat, "000,`", "001,`", "a part of a fen"),
            (BillFixture.weChat, "`SP2", "`SP\"2", "column 商户订单号: not an order number"),
            (BillFixture.weChat, "`RF2", "`RF 2", "column 商户退款单号: not a refund number"),
            ("bank_statement_20261119.csv", ",贷", ",D", "column 借贷标志: neither 贷"),
            ("bank_statement_20261119.csv", "9000.00", "9k", "column 金额: not an amount"),
        ])
    func values(name: String, old: String, new: String, expected: String) throws {
        let fixture = try BillFixture(orders: 200)
        try fixture.change(name) { $0.replacing(old, with: new) }
        try fixture.expectRefusal(name, ": line ", expected)
    }

    @Test("a WeChat bill that is cut off, or has lost or doubled a line")
    func weChat() throws {
        for (change, expected) in [
            ({ $0.filter { !$0.contains("总交易单数") && !$0.hasPrefix("`4") }.dropLast(1) }, "without its totals"),
            ({ Array($0.dropLast(1))[...] }, "the totals are cut off"),
            ({ ($0.prefix(1) + $0.dropFirst(2)) }, "column 总交易单数: the bill has"),
            ({ ($0.prefix(2) + [$0[1]] + $0.dropFirst(2)) }, "column 总交易单数: the bill has"),
            ({ ($0.prefix(2) + ["garbage"] + $0.dropFirst(2)) }, "neither a line of the bill nor its totals"),
        ] as [(([String]) -> ArraySlice<String>, String)] {
            let fixture = try BillFixture()
            try fixture.change(BillFixture.weChat) { text in
                change(BillFixture.lines(text)).joined(separator: "\r\n") + "\r\n"
            }
            try fixture.expectRefusal(BillFixture.weChat, expected)
        }
    }

    @Test("a line that stands twice in a ledger")
    func duplicates() throws {
        for (name, expected) in [(BillFixture.platform, "already, in line 2"), (BillFixture.his, "the same as line 2")] {
            let fixture = try BillFixture()
            try fixture.change(name) { text in
                let lines = BillFixture.lines(text)
                return (lines + [lines[1]]).joined(separator: "\n") + "\n"
            }
            try fixture.expectRefusal(name, expected)
        }
    }

    @Test("an Alipay archive that is cut off, damaged, a bomb, or of other things")
    func archives() throws {
        for (change, expected) in [
            ({ Array($0.prefix($0.count / 2)) }, "its end record is missing"), ({ _ in [] }, "its end record is missing"),
            ({ _ in Array("<html>".utf8) }, "not a zip archive"),
        ] as [(([UInt8]) -> [UInt8], String)] {
            let fixture = try BillFixture()
            try fixture.write(change(try fixture.bytes(BillFixture.alipay)), to: BillFixture.alipay)
            try fixture.expectRefusal(BillFixture.alipay, expected)
        }
        for (add, expected) in [
            ({ try $0.add(name: [65], Array("x".utf8), checksum: 1) }, "checksum"),
            ({ try $0.add(name: [65], [UInt8](repeating: 0, count: 3_000_000)) }, "zip bomb"),
            ({ try $0.add(name: [65], [UInt8](repeating: 10, count: 3_000_000), size: 1_000) }, "zip bomb"),
            ({ try $0.add(name: [65], Array("x".utf8), flags: 1) }, "encrypted"),
            ({ try $0.add(name: [65], Array("x".utf8), method: 12) }, "method 12"),
            ({ try $0.add(name: [65], Array("#x\n".utf8)) }, "no line names"),
            ({ try $0.add(name: [65], Array("甲,乙\n".utf8)) }, "column 支付宝交易号: is missing"), ({ _ in }, "no 业务明细"),
            ({ writer in for _ in 0..<65 { try writer.add(name: [65], []) } }, "more than 64 entries"),
            ({ try $0.add(name: Array("\u{1B}[31m".utf8), [0xFF, 0xFF, 0x2C, 0x0A], flags: 1 << 11) }, "neither GBK nor UTF-8"),
        ] as [((inout ZipArchiveWriter) throws -> Void, String)] {
            let fixture = try BillFixture()
            var archive = ZipArchiveWriter()
            try add(&archive)
            try fixture.write(archive.bytes, to: BillFixture.alipay)
            try fixture.expectRefusal(BillFixture.alipay, expected)
        }
    }

    @Test("an Alipay bill whose totals are not its lines'")
    func alipayTotals() throws {
        let fixture = try BillFixture()
        let (detail, summary) = try fixture.alipayTables()
        let (lines, shops) = (BillFixture.lines(detail), BillFixture.lines(summary))
        let first = try #require(lines.firstIndex { $0.hasPrefix("4") })
        let shop = try #require(shops.firstIndex { $0.hasPrefix("4699010001") })
        let fields = shops[shop].split(separator: ",")
        let wrongCount = ([fields[0], fields[1], "1\(fields[2])"] + fields[3...]).joined(separator: ",")
        func joined(_ lines: [String]) -> String { lines.joined(separator: "\r\n") + "\r\n" }
        for (tables, expected) in [
            ([joined(Array(lines[..<first] + lines[(first + 1)...])), summary], "交易合计"),
            ([joined(Array(lines.dropLast(2))), summary], "without its totals"),
            ([detail, joined(shops[..<shop] + [wrongCount] + shops[(shop + 1)...])], "column 交易订单总笔数"),
            ([detail, joined(Array(shops[..<shop] + shops[(shop + 1)...]))], "not in the summary"),
            ([detail.replacing("\t,交易\t,", with: "\t,转账\t,"), summary], "column 业务类型: neither"),
            ([detail.replacing("商户订单号", with: "商户号"), summary], "column 商户订单号: is missing"),
        ] {
            try fixture.writeAlipay(tables)
            try fixture.expectRefusal(BillFixture.alipay, expected)
        }
    }

    /// Whatever bytes are changed: breaks or a typed error, never a trap or a hang.
    @Test("random damage ends in an answer", arguments: 0..<8)
    func damage(round: Int) throws {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed: seed)
        let fixture = try BillFixture(seed: seed, orders: 12)
        let names = [
            BillFixture.weChat, BillFixture.alipay, BillFixture.platform, BillFixture.his, "bank_statement_20261119.csv",
            "next_day/wechat_trade_bill_20261119.csv", "next_day/alipay_bill_20261119.zip",
        ]
        for step in 0..<30 {
            let name = names[Int.random(in: 0..<names.count, using: &random)]
            let whole = try fixture.bytes(name)
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes.insert(Array(",\"\n`\r9-".utf8)[Int.random(in: 0..<7, using: &random)], at: place)
                case 2: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                default: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0..<60, using: &random)))
                }
            }
            try fixture.write(bytes, to: name)
            do {
                _ = try fixture.run()
            } catch {
                #expect(error is ReconciliationError, "seed \(seed), step \(step): \(error)")
            }
            try fixture.write(whole, to: name)
        }
    }
}
