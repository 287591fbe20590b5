/// Texts between the quotation marks of JSON.
///
/// Beside what RFC 8259 §7 asks for, characters are escaped that steer a terminal or turn the direction of a line: an answer may be
/// printed as it is. Readers see the same text.
enum JSONEscaping {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends a text that is UTF-8.
    static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
        var index = 0
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
            case 0x0D: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
            case 0x09: bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
            case 0..<0x20, 0x7F: escape(UInt32(byte), &bytes)
            case 0xC2 where index + 1 < text.count && text[index + 1] < 0xA0:
                escape(UInt32(text[index + 1]), &bytes)
                index += 1
            case 0xE2 where index + 2 < text.count:
                let code = 0x2000 | UInt32(text[index + 1] & 0x3F) << 6 | UInt32(text[index + 2] & 0x3F)
                if isSteering(code) { escape(code, &bytes) } else { bytes.append(contentsOf: text[index..<index + 3]) }
                index += 2
            default: bytes.append(byte)
            }
            index += 1
        }
    }

    /// Ends of lines, and what turns the direction of text (Unicode TR 9).
    private static func isSteering(_ code: UInt32) -> Bool {
        switch code {
        case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escape(_ code: UInt32, _ bytes: inout [UInt8]) {
        bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
        for shift in [UInt32(12), 8, 4, 0] { bytes.append(digits[Int(code >> shift & 15)]) }
    }
}
