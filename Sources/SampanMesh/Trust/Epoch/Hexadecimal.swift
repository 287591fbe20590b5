/// Bytes as people read and copy them.
package enum Hexadecimal {
    private static let digits = Array("0123456789ABCDEF")

    /// Most bytes that are read: no hash or identifier is longer.
    private static let largest = 64

    /// Upper case, as OpenSSL writes serial numbers and key identifiers.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// Lower case, as everybody writes hashes.
    package static func lowercase(_ bytes: some Sequence<UInt8>) -> String { text(bytes).lowercased() }

    /// Reads either case, with or without colons between the bytes. Nil for nothing, for what is no whole number of bytes, and for more
    /// than 64 of them.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let values = text.utf8.filter { $0 != UInt8(ascii: ":") }.map(value)
        guard !values.isEmpty, values.count % 2 == 0, values.count <= 2 * largest, !values.contains(nil) else { return nil }
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
