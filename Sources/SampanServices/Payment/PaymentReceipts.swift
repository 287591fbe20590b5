internal import SampanDomain
internal import SampanStorage

/// The receipts that hospitals gave for payments, by the accounting day of their posting.
struct PaymentReceipts {
    /// Those of one institution through one channel.
    struct Sum: Equatable {
        let institution: InstitutionCode
        let channel: PaymentChannelKind
        let count: Int64
        let amount: Money
    }

    let sums: [Sum]
    /// Lowest and highest number; nil for a day without receipts.
    let first: String?
    let last: String?
    let gaps: ReceiptGaps

    /// Of the payments themselves; the ledger says only which of them belong to the day.
    static func of(_ day: BusinessDay, _ tx: borrowing Transaction) throws -> PaymentReceipts {
        var gaps = ReceiptGaps()
        try tx.forEach(
            """
            SELECT p.receipt FROM ledger_entries e JOIN payments p ON p.out_trade_no = substr(e.business_key, length('posted:') + 1)
            WHERE e.booking_day = ? AND e.event = 'POSTED' AND p.state = 'posted' ORDER BY p.receipt
            """, [.integer(day.number)]
        ) { gaps.take(try $0.text(0)) }
        var (first, last): (String?, String?) = (nil, nil)
        let sums = try tx.rows(
            """
            SELECT p.institution, p.channel, COUNT(*), SUM(p.amount_fen), MIN(p.receipt), MAX(p.receipt)
            FROM ledger_entries e JOIN payments p ON p.out_trade_no = substr(e.business_key, length('posted:') + 1)
            WHERE e.booking_day = ? AND e.event = 'POSTED' AND p.state = 'posted'
            GROUP BY p.institution, p.channel ORDER BY p.institution, p.channel
            """, .integer(day.number)
        ) { row in
            let (low, high) = (try row.text(4), try row.text(5))
            first = min(first ?? low, low)
            last = max(last ?? high, high)
            return Sum(
                institution: try InstitutionCode(try row.text(0), scheme: .local), channel: try PaymentChannelKind(code: try row.text(1)),
                count: try row.int64(2), amount: Money(fen: try row.int64(3)))
        }
        return PaymentReceipts(sums: sums, first: first, last: last, gaps: gaps)
    }
}
