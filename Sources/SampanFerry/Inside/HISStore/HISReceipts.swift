internal import SampanDomain
internal import SampanStorage

/// Receipts and their numbers.
enum HISReceipts {
    /// Receipts of one day: the number has seven digits.
    private static let maximumPerDay: Int64 = 9_999_999

    /// The next number, `H` + yyMMdd + seven digits, from the sequence row: unique, rising, and without gaps, since it is taken in
    /// the transaction that uses it. A clock that was set back goes on with the day it had reached.
    static func next(_ now: UnixTime, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let today = ChinaTime(now).shortDate
        let current = try tx.first("SELECT book_date, last FROM receipt_sequence WHERE id = 1") {
            (date: try $0.text(0), last: try $0.int64(1))
        }
        guard let current else { throw StorageError(kind: .corrupt, message: "the receipt sequence is missing") }
        let (date, number) = today > current.date ? (today, 1) : (current.date, current.last + 1)
        guard number <= maximumPerDay else { throw HISRefusal("RECEIPTS_EXHAUSTED", "the receipt numbers of the day are used up") }
        try tx.execute("UPDATE receipt_sequence SET book_date = ?, last = ? WHERE id = 1", .text(date), .integer(number))
        let digits = String(number)
        return try ReceiptNumber("H" + date + String(repeating: "0", count: 7 - digits.count) + digits)
    }

    static func insert(
        _ receipt: ReceiptNumber, _ charge: Charge, _ kind: PaymentKind, _ ferryOperator: HISOperator, _ now: UnixTime,
        _ tx: borrowing Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO receipts (receipt_no, institution, out_trade_no, business, amount_fen, channel, channel_transaction_id,
                patient_number, paid_at, posted_at, operator_id, settlement_mark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(receipt.text), .text(charge.institution.text), .text(charge.outTradeNo.text), .text(kind.rawValue),
            .integer(charge.amount.fen), .text(charge.channel.rawValue), .text(charge.channelTransactionID), SQLValue(charge.patientNumber),
            .integer(charge.paidAt.nanoseconds), .integer(now.nanoseconds), .text(ferryOperator.text), .text(MobileOperator.settlementMark))
    }

    static func ledger(from start: UnixTime, to end: UnixTime, _ tx: borrowing Transaction) throws -> [HISLedgerRow] {
        try tx.rows(
            """
            SELECT institution, receipt_no, out_trade_no, amount_fen, posted_at, operator_id, settlement_mark FROM receipts
            WHERE posted_at >= ? AND posted_at < ? ORDER BY receipt_no
            """, .integer(start.nanoseconds), .integer(end.nanoseconds)
        ) { row in try HISLedgerRow(row) }
    }
}

extension HISLedgerRow {
    /// Institution, number, order number, amount, time, operator and settlement mark.
    init(_ row: borrowing Row) throws {
        self.init(
            institution: try InstitutionCode(try row.text(0), scheme: .local), receipt: try ReceiptNumber(try row.text(1)),
            outTradeNo: try OutTradeNo(try row.text(2)), amount: Money(fen: try row.int64(3)),
            postedAt: UnixTime(nanoseconds: try row.int64(4)), ferryOperator: try row.text(5), settlementMark: try row.text(6))
    }
}
