import SampanDomain
import Testing

@testable import SampanReconciliation

@Suite("Amounts of bills")
struct DecimalTests {
    @Test(
        "yuan as fen",
        arguments: [
            ("0.00", 0), ("0", 0), ("12", 1_200), ("12.3", 1_230), ("12.34", 1_234), ("-12.34", -1_234), ("-0.05", -5), ("0.20000", 20),
            ("-10.57000", -1_057), ("9999999999999.99", 999_999_999_999_999), ("0.2900", 29), ("1.10", 110),
        ] as [(String, Int64)])
    func taken(text: String, fen: Int64) throws {
        #expect(try read(text).get() == fen)
    }

    @Test(
        "refused",
        arguments: [
            "", "-", ".", ".5", "1.", "1.2.3", "+1", "1,000.00", "1e3", "0.001", "0.00001", "12.345", " 1", "1 ", "10000000000000.00", "１２",
            "--1",
            "NaN", "0x1",
        ])
    func refused(text: String) {
        #expect(throws: Decimal.Problem.self) { try read(text).get() }
    }

    private func read(_ text: String) -> Result<Int64, Decimal.Problem> {
        let bytes = Array(text.utf8)
        return Decimal.fen(bytes.span, 0..<bytes.count)
    }

    @Test(
        "a day",
        arguments: [
            ("2026-11-18", "2026-11-18", "20261119"), ("20261231", "2026-12-31", "20270101"), ("2028-02-28", "2028-02-28", "20280229"),
        ])
    func day(text: String, day: String, next: String) {
        #expect(BusinessDay(text)?.text == day)
        #expect(BusinessDay(text)?.compactNext == next)
    }

    @Test("no day", arguments: ["", "2026-02-29", "2026-13-01", "2026/11/18", "18-11-2026", "20261118 ", "2026111", "明天"])
    func noDay(text: String) {
        #expect(BusinessDay(text) == nil)
    }

    @Test("GB 18030 there and back, and what it is not")
    func encoding() throws {
        for text in ["", "abc", "商户订单号", "订单金额（元）", "㐀𠀀😀"] { #expect(try GB18030.decode(GB18030.encode(text)) == text) }
        #expect(try GB18030.encode("交易") == [0xBD, 0xBB, 0xD2, 0xD7])
        #expect(try GB18030.decode([0xBD]) == nil)
        #expect(try GB18030.decode([0xFF, 0xFF]) == nil)
    }
}
