internal import SampanDomain
internal import SampanStorage

/// Refund numbers: `RF` + yyyyMMdd (China) + eight digits, taken in the transaction that uses them, so one payment has one for ever.
enum RefundNumbers {
    private static let maximumPerDay: Int64 = 99_999_999

    static func next(_ now: UnixTime, _ tx: borrowing Transaction) throws -> RefundNo {
        let today = ChinaTime(now).compactDate
        let current = try tx.first("SELECT refund_date, last FROM refund_sequence WHERE id = 1") {
            (date: try $0.text(0), last: try $0.int64(1))
        }
        guard let current else { throw StorageError(kind: .corrupt, message: "the refund sequence is missing") }
        // A clock that was set back goes on with the day it had reached.
        let (date, number) = today > current.date ? (today, 1) : (current.date, current.last + 1)
        guard number <= maximumPerDay else { throw PaymentStoreError.refundNumbersExhausted }
        try tx.execute("UPDATE refund_sequence SET refund_date = ?, last = ? WHERE id = 1", .text(date), .integer(number))
        let digits = String(number)
        return try RefundNo("RF" + date + String(repeating: "0", count: 8 - digits.count) + digits)
    }
}
