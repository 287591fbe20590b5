/// How `grpc-message` carries UTF-8 in ASCII (gRPC PROTOCOL-HTTP2, Percent-Encoded).
package enum PercentEncoding {
    package static func encode(_ text: String) -> String {
        let bytes = text.utf8
        let blank = UInt8(ascii: " ")
        guard bytes.first == blank || bytes.last == blank || bytes.contains(where: { !isPlain($0) }) else { return text }
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        // A field value neither begins nor ends with a blank (RFC 9113 §8.2.1): a peer would reset the call for one.
        let first = bytes.prefix { $0 == blank }.count
        let last = bytes.count - bytes.reversed().prefix { $0 == blank }.count
        for (index, byte) in bytes.enumerated() {
            if isPlain(byte), byte != blank || (first <= index && index < last) {
                out.append(byte)
            } else {
                out.append(UInt8(ascii: "%"))
                out.append(hexDigit(byte >> 4))
                out.append(hexDigit(byte & 0xF))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Never fails: an escape that is none stays as it is, and bytes that are not UTF-8 are replaced, as the
    /// specification asks of readers.
    package static func decode(_ text: Span<UInt8>) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let high = hexValue(text[index + 1]), let low = hexValue(text[index + 2])
            {
                out.append(high << 4 | low)
                index += 3
            } else {
                out.append(text[index])
                index += 1
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "%")
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
