/// Bytes as people read and copy them.
package enum Hexadecimal {
    private static let digits = Array("0123456789ABCDEF")

    /// Most bytes that are read from what people copy: no hash or identifier is longer.
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
        let known = Array(text.utf8.filter { $0 != UInt8(ascii: ":") })
        guard !known.isEmpty, known.count <= 2 * largest else { return nil }
        return bytes(digits: known)
    }

    /// Reads digits of either case and nothing else. Nil unless all of `digits` are pairs of them.
    package static func bytes(digits: [UInt8]) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[place]), let low = value(digits[place + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
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
