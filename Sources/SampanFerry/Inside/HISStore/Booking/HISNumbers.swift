internal import SampanDomain
internal import SampanStorage

/// Numbers of what a HIS does besides receipts: a letter, yyMMdd, seven digits. Taken in the transaction that uses them, so unique, rising
/// and without gaps.
enum HISNumbers: String {
    case hold = "L"
    case stop = "T"
    case reversal = "V"
    case rule = "R"

    private static let maximumPerDay: Int64 = 9_999_999

    /// A clock that was set back goes on with the day it had reached.
    func next(_ now: UnixTime, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let today = ChinaTime(now).shortDate
        let current = try tx.first("SELECT book_date, last FROM record_numbers WHERE kind = ?", .text(rawValue)) {
            (date: try $0.text(0), last: try $0.int64(1))
        }
        var (date, number) = (today, Int64(1))
        if let current, today <= current.date { (date, number) = (current.date, current.last + 1) }
        guard number <= Self.maximumPerDay else { throw HISRefusal("NUMBERS_EXHAUSTED", "the numbers of the day are used up") }
        try tx.execute(
            "INSERT INTO record_numbers VALUES (?, ?, ?) ON CONFLICT (kind) DO UPDATE SET book_date = excluded.book_date, last = excluded.last",
            .text(rawValue), .text(date), .integer(number))
        let digits = String(number)
        return try ReceiptNumber(rawValue + date + String(repeating: "0", count: 7 - digits.count) + digits)
    }
}
