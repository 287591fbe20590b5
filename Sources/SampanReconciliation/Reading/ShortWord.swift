/// A word of at most 16 bytes, to be compared at once: what a line is, one out of a short list tells.
struct ShortWord: Hashable, ExpressibleByStringLiteral {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// Nil for a longer one. Words of bills hold no NUL, which would be as none here; a field that does is one more wrong word.
    init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count <= 16 else { return nil }
        for at in range { append(bytes[at]) }
    }

    init(stringLiteral word: String) {
        for byte in word.utf8 { append(byte) }
    }

    /// The first 16 bytes of a word in whatever encoding.
    init(_ word: [UInt8]) {
        for byte in word { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        high = high << 8 | low >> 56
        low = low << 8 | UInt64(byte)
    }
}

/// The words of ledgers and bills; made once, since making one costs as much as reading a field.
extension ShortWord {
    static let pending: ShortWord = "PENDING"
    static let reversed: ShortWord = "REVERSED"
    static let pay: ShortWord = "PAY"
    static let refund: ShortWord = "REFUND"
    static let weChat: ShortWord = "WX"
    static let alipay: ShortWord = "ALI"
    static let refunded: ShortWord = "REFUNDED"
    static let paid: ShortWord = "PAID"
    static let refunding: ShortWord = "REFUNDING"
    static let failed: ShortWord = "FAILED"
    static let closed: ShortWord = "CLOSED"
    static let created: ShortWord = "CREATED"
    static let reverse: ShortWord = "REVERSE"
    static let charge: ShortWord = "CHARGE"
    static let success: ShortWord = "SUCCESS"
    static let revoked: ShortWord = "REVOKED"
    static let fail: ShortWord = "FAIL"
    static let change: ShortWord = "CHANGE"
    static let debit: ShortWord = "借"
    static let credit: ShortWord = "贷"
}
