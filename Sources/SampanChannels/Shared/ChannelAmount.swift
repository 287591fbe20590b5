package import SampanDomain
internal import SampanJSON

/// Amounts as channels write them, read without floating point.
package enum ChannelAmount {
    /// What an order may cost, in fen: Alipay's documented 0.01 to 100,000,000.00 yuan, taken for both.
    package static let fen: ClosedRange<Int64> = 1...10_000_000_000

    /// Longest text of an amount, in bytes.
    private static let byteLimit = 16

    /// Yuan: `1`, `0.1`, `0.01`. No sign, exponent, group, blank or digit of another script. Throws `wrongAmount`.
    package static func yuan(_ text: String) throws(ChannelFault) -> Money {
        guard text.utf8.count <= byteLimit, text.utf8.first != UInt8(ascii: "-"), let amount = try? Money(yuan: text),
            fen.contains(amount.fen)
        else { throw .wrongAmount }
        return amount
    }

    /// Fen, as a JSON number without point and exponent. Throws `wrongAmount`.
    static func fen(_ value: JSONValue?) throws(ChannelFault) -> Money {
        guard case .number(let digits)? = value, digits.count <= byteLimit, let number = Int64(String(decoding: digits, as: UTF8.self)),
            fen.contains(number)
        else { throw .wrongAmount }
        return Money(fen: number)
    }
}
