internal import SampanDomain
internal import SampanStorage

/// Charges that the HIS takes back (院内退费), and what is told of it to the outside, in order.
enum HISReversals {
    enum Kind: Int64 {
        case stopped = 1
        case cancelled = 2
    }

    /// Takes a receipt's whole charge back, once.
    /// - Returns: the number of the reversal.
    static func reverse(_ receipt: String, _ ferryOperator: HISOperator, _ now: UnixTime, _ tx: borrowing Transaction) throws -> String {
        let number = try HISNumbers.reversal.next(now, tx).text
        try tx.execute(
            """
            INSERT INTO reversals (number, receipt_no, amount_fen, reversed_at, operator_id)
            SELECT ?, receipt_no, amount_fen, ?, ? FROM receipts WHERE receipt_no = ?
            """, .text(number), .integer(now.nanoseconds), .text(ferryOperator.text), .text(receipt))
        return number
    }

    /// - Parameter reversal: nil where nothing was paid.
    static func tell(
        _ kind: Kind, _ institution: InstitutionCode, _ hold: String, _ message: String, _ reversal: String?, _ now: UnixTime,
        _ tx: borrowing Transaction
    ) throws {
        try tx.execute(
            "INSERT INTO cancellations (kind, institution, hold_number, message, reversal, at) VALUES (?, ?, ?, ?, ?, ?)",
            .integer(kind.rawValue), .text(institution.text), .text(hold), .text(message), SQLValue(reversal), .integer(now.nanoseconds))
    }

    /// Lines of the hospital's ledger: what was taken back in `[start, end)`.
    static func ledger(from start: UnixTime, to end: UnixTime, _ tx: borrowing Transaction) throws -> [HISLedgerRow] {
        try tx.rows(
            """
            SELECT r.institution, v.number, r.out_trade_no, v.amount_fen, v.reversed_at, v.operator_id, r.settlement_mark
            FROM reversals v JOIN receipts r USING (receipt_no) WHERE v.reversed_at >= ? AND v.reversed_at < ? ORDER BY v.number
            """, .integer(start.nanoseconds), .integer(end.nanoseconds)
        ) { row in try HISLedgerRow(row) }
    }
}
