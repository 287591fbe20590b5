/// Bytes as people copy them: hexadecimal, in either case, with or without colons between the bytes.
enum HexText {
    private static let digits = Array("0123456789abcdef")

    /// Lower case, without anything between.
    static func of(_ bytes: some Sequence<UInt8>) -> String {
        String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Nil for what is no whole number of bytes, or longer than 64 of them.
    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let values = text.utf8.filter { $0 != UInt8(ascii: ":") }.map(value)
        guard !values.isEmpty, values.count % 2 == 0, values.count <= 128, !values.contains(nil) else { return nil }
        let known = values.compactMap { $0 }
        return stride(from: 0, to: known.count, by: 2).map { known[$0] << 4 | known[$0 + 1] }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
