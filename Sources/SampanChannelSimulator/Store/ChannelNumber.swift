internal import SampanDomain
internal import SampanStorage

/// The channel's own numbers, 28 digits as WeChat Pay and Alipay write them, from a sequence that survives a crash.
enum ChannelNumber {
    enum Kind: String {
        case transaction
        case refund
    }

    /// Takes the next number in the transaction that uses it.
    static func next(_ kind: Kind, _ channel: PaymentChannelKind, at now: UnixTime, _ tx: borrowing Transaction) throws -> String {
        try tx.execute(
            "INSERT INTO sequences (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1", .text(kind.rawValue))
        let value = try tx.first("SELECT value FROM sequences WHERE name = ?", .text(kind.rawValue)) { try $0.int64(0) } ?? 0
        return text(kind, channel, date: ChinaTime(now).compactDate, value)
    }

    /// WeChat Pay: 4200 (5030 for a refund), 6 digits, the day, 10 digits. Alipay: the day, 2200 (2201), 16 digits.
    static func text(_ kind: Kind, _ channel: PaymentChannelKind, date: String, _ value: Int64) -> String {
        let digits = String(value)
        let padded = String(repeating: "0", count: max(0, 16 - digits.count)) + digits
        switch channel {
        case .wechatPay: return (kind == .transaction ? "4200" : "5030") + padded.prefix(6) + date + padded.suffix(10)
        case .alipay: return date + (kind == .transaction ? "2200" : "2201") + padded
        }
    }
}
