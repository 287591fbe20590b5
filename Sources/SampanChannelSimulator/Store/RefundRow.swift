internal import SampanDomain
internal import SampanStorage

/// SQL of the refunds.
enum RefundRow {
    private static let columns = "out_trade_no, out_refund_no, amount_fen, reason, refund_id, settles_at, succeeded_at"

    static func find(_ number: RefundNo, _ tx: borrowing Transaction) throws -> StoredRefund? {
        try tx.first("SELECT \(columns) FROM refunds WHERE out_refund_no = ?", .text(number.text)) { row in
            StoredRefund(
                terms: RefundTerms(
                    stored: try OutTradeNo(try row.text(0)), try RefundNo(try row.text(1)), try row.int64(2), try row.text(3)),
                refundID: try row.text(4), settlesAt: UnixTime(nanoseconds: try row.int64(5)),
                succeededAt: try row.optionalInt64(6).map(UnixTime.init(nanoseconds:)))
        }
    }

    /// What has been given back of an order, in fen, that which is on its way included.
    static func total(of order: OutTradeNo, _ tx: borrowing Transaction) throws -> Int64 {
        try tx.first("SELECT COALESCE(SUM(amount_fen), 0) FROM refunds WHERE out_trade_no = ?", .text(order.text)) { try $0.int64(0) } ?? 0
    }

    static func insert(_ refund: StoredRefund, now: UnixTime, _ tx: borrowing Transaction) throws {
        let terms = refund.terms
        try tx.execute(
            """
            INSERT INTO refunds (out_trade_no, out_refund_no, amount_fen, reason, refund_id, settles_at, succeeded_at, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(terms.outTradeNo.text), .text(terms.outRefundNo.text), .integer(terms.amountFen), .text(terms.reason),
            .text(refund.refundID), .integer(refund.settlesAt.nanoseconds), SQLValue(refund.succeededAt?.nanoseconds),
            .integer(now.nanoseconds))
    }

    /// PROCESSING → SUCCEEDED: final from now on, whatever the clock does.
    static func settle(_ refund: StoredRefund, _ tx: borrowing Transaction) throws -> StoredRefund {
        var settled = refund
        settled.succeededAt = refund.settlesAt
        try tx.execute(
            "UPDATE refunds SET succeeded_at = settles_at WHERE out_refund_no = ? AND succeeded_at IS NULL",
            .text(refund.terms.outRefundNo.text))
        return settled
    }
}
