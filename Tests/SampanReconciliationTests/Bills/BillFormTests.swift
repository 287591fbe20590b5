import Foundation
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import SampanReconciliation

/// RC-03: bills as they come, in the forms that are assumed and in those that could come instead.
@Suite("Forms of bills and ledgers", .blocking)
struct BillFormTests {
    @Test("byte-order marks and line ends of both kinds", arguments: [false, true], ["\n", "\r\n"])
    func marks(hasMark: Bool, end: String) throws {
        let fixture = try BillFixture()
        for name in [BillFixture.weChat, BillFixture.platform, BillFixture.his, "bank_statement_20261119.csv"] {
            try fixture.change(name) { text in
                let plain = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
                return (hasMark ? "\u{FEFF}" : "") + BillFixture.lines(plain).joined(separator: end) + end
            }
        }
        try fixture.expectExact()
    }

    @Test("a file without its last line end, and one with empty lines behind")
    func ends() throws {
        let fixture = try BillFixture()
        try fixture.change(BillFixture.platform) { String($0.trimmingCharacters(in: .newlines)) }
        try fixture.change(BillFixture.weChat) { String($0.trimmingCharacters(in: .newlines)) }
        try fixture.change(BillFixture.his) { $0 + "\n\n" }
        try fixture.expectExact()
    }

    @Test("quoted fields, with commas, quotes and line ends in them")
    func quotes() throws {
        let fixture = try BillFixture()
        try fixture.change(BillFixture.platform) { $0.replacing("门诊缴费", with: "\"门诊,\"\"缴\"\"\n费\"") }
        try fixture.change(BillFixture.his) { $0.replacing(",CHARGE,", with: ",\"CHARGE\",") }
        try fixture.expectExact()
    }

    @Test("an Alipay bill with its signs turned round")
    func signs() throws {
        let fixture = try BillFixture()
        let tables = try fixture.alipayTables()
        try fixture.writeAlipay([tables.detail.replacing(",-", with: ","), tables.summary])
        try fixture.expectExact()
    }

    @Test("an Alipay bill in UTF-8; stored; its tables in the other order; brackets of the other width; without a summary")
    func alipay() throws {
        let fixture = try BillFixture()
        let tables = try fixture.alipayTables()
        try fixture.writeAlipay([tables.detail, tables.summary], encode: { Array($0.utf8) })
        try fixture.expectExact("UTF-8")
        try fixture.writeAlipay([tables.summary, tables.detail], method: 0)
        try fixture.expectExact("stored, summary first")
        try fixture.writeAlipay([tables.detail.replacing("（元）", with: "(元)"), tables.summary.replacing("（元）", with: "(元)")])
        try fixture.expectExact("brackets")
        try fixture.writeAlipay([tables.detail])
        try fixture.expectExact("no summary")
    }

    @Test("a channel without a payment has no bill")
    func noBill() throws {
        let fixture = try BillFixture(orders: 0)
        try fixture.remove(BillFixture.weChat)
        try fixture.remove(BillFixture.alipay)
        try fixture.expectExact()
    }

    @Test("without the next day's bills, what was paid around midnight is short, and the report says so")
    func noNextDay() throws {
        let fixture = try BillFixture(orders: 300)
        try fixture.remove("next_day")
        let outcome = try fixture.run()
        #expect(!outcome.report.hasNextDay)
        let expected = fixture.truth.filter { $0.type == .crossDayNext }.count
        #expect(expected > 0)
        let missing = outcome.lines.filter { $0[0] == "SHORT" || $0[0] == "REFUND_MISSING_AT_CHANNEL" }.count
        #expect(missing == expected + fixture.truth.filter { $0.type == .short || $0.type == .refundMissingAtChannel }.count)
    }
}
