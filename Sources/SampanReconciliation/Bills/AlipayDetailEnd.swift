/// The comment lines behind a detail table, which tell its totals:
///
///     #交易合计：32笔，商家实收共2337.17元，商家优惠共0.00元
///     #退款合计：0笔，商家实收退款共0.00元，商家优惠退款共0.00元
struct AlipayDetailEnd {
    private var hasPayments = false
    private var hasRefunds = false

    /// Both totals were told, and were right.
    var isWhole: Bool { hasPayments && hasRefunds }

    /// Compares a comment line with the lines that were read; one that tells no total is passed over.
    mutating func take(_ text: String, _ sums: AlipaySums, _ table: ColumnTable) throws(ReconciliationError) {
        if text.contains("交易合计") {
            hasPayments = true
            guard Self.number(text, after: "交易合计：", before: "笔") == String(sums.payments) else {
                throw table.lines.wrong(column: "交易合计", "there are \(sums.payments) payments: the bill is not whole; fetch it again")
            }
            guard let received = Self.yuan(text, after: "商家实收共"), sums.isReceived(received) else {
                throw table.lines.wrong(column: "商家实收", "the payments come to another sum: the bill is not whole; fetch it again")
            }
        } else if text.contains("退款合计") {
            hasRefunds = true
            guard Self.number(text, after: "退款合计：", before: "笔") == String(sums.refunds) else {
                throw table.lines.wrong(column: "退款合计", "there are \(sums.refunds) refunds: the bill is not whole; fetch it again")
            }
            guard let returned = Self.yuan(text, after: "商家实收退款共"), abs(returned) == sums.returned.fen else {
                throw table.lines.wrong(column: "商家实收退款", "the refunds come to another sum: the bill is not whole; fetch it again")
            }
        }
    }

    private static func yuan(_ text: String, after start: String) -> Int64? {
        guard let number = number(text, after: start, before: "元") else { return nil }
        let bytes = Array(number.utf8)
        return try? Decimal.fen(bytes.span, 0..<bytes.count).get()
    }

    private static func number(_ text: String, after start: String, before end: Character) -> String? {
        guard let from = text.firstRange(of: start)?.upperBound, let to = text[from...].firstIndex(of: end) else { return nil }
        return String(text[from..<to])
    }
}
