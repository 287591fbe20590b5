/// Numbers that are missing between receipts, found while they are taken in their order. A number is a book of letters and digits, and
/// seven digits behind it: `H261118` and `0000042`.
struct ReceiptGaps: Equatable {
    struct Gap: Equatable {
        let first: String
        let last: String
    }

    /// 100: who has more looks into the HIS's book.
    private static let maximumListed = 100
    private static let digits = 7

    private(set) var listed: [Gap] = []
    private(set) var missing: Int64 = 0
    private var previous: (book: String, number: Int64)?

    /// The next receipt. What has no number at its end is left out.
    mutating func take(_ receipt: String) {
        let (book, tail) = (String(receipt.dropLast(Self.digits)), receipt.suffix(Self.digits))
        guard tail.utf8.count == Self.digits, tail.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(tail) else { return }
        defer { previous = (book, number) }
        guard let previous, previous.book == book, number > previous.number + 1 else { return }
        missing += number - previous.number - 1
        guard listed.count < Self.maximumListed else { return }
        listed.append(Gap(first: book + Self.padded(previous.number + 1), last: book + Self.padded(number - 1)))
    }

    private static func padded(_ number: Int64) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    static func == (left: ReceiptGaps, right: ReceiptGaps) -> Bool { left.listed == right.listed && left.missing == right.missing }
}
