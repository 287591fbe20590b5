/// Bytes in JSON: base64 (RFC 4648 §4) is written; §5, the one for URLs, is read too, with or without padding.
package enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count / 3 + 1) * 4)
        var (held, count): (UInt32, Int) = (0, 0)
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                for shift in [UInt32(18), 12, 6, 0] { text.append(alphabet[Int(held >> shift & 63)]) }
                (held, count) = (0, 0)
            }
        }
        if count > 0 {
            held <<= UInt32(8 * (3 - count))
            text.append(alphabet[Int(held >> 18 & 63)])
            text.append(alphabet[Int(held >> 12 & 63)])
            text.append(count == 2 ? alphabet[Int(held >> 6 & 63)] : UInt8(ascii: "="))
            text.append(UInt8(ascii: "="))
        }
        return text
    }

    /// Reads §4 alone, with its padding: one text for the same bytes, as signatures need it. Nil for anything else.
    package static func decodeStrictly(_ text: [UInt8]) -> [UInt8]? {
        guard let bytes = decode(text), encode(bytes[...]) == text else { return nil }
        return bytes
    }

    /// Nil for what is no base64: foreign characters, blanks, a wrong length, bits left over that are not zero.
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var text = text[...]
        if text.last == UInt8(ascii: "=") {
            guard text.count % 4 == 0 else { return nil }
            text.removeLast()
            if text.last == UInt8(ascii: "=") { text.removeLast() }
        }
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var (held, bits): (UInt32, UInt32) = (0, 0)
        for character in text {
            guard let value = value(character) else { return nil }
            held = held << 6 | value
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> bits))
                held &= 1 << bits - 1
            }
        }
        return held == 0 ? bytes : nil
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case 65...90: UInt32(character - 65)
        case 97...122: UInt32(character - 71)
        case 48...57: UInt32(character + 4)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
