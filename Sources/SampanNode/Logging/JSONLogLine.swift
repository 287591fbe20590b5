internal import Logging
internal import SampanDomain

/// One record of a log as a line of JSON (RFC 8259): `time`, `level`, `label`, `message`, and `metadata` where there is some.
///
/// Whatever a text holds, the line stays one, and a terminal is told nothing by it: control characters are escaped, also those beyond ASCII
/// and the separators that end a line for some readers. Chinese stays as it is. Keys of metadata are sorted.
struct JSONLogLine {
    let text: String

    /// Values nested deeper than this are cut off. 8: a record has one or two levels.
    private static let deepest = 8

    init(time: UnixTime, level: Logger.Level, label: String, message: String, metadata: Logger.Metadata) {
        var text = "{\"time\":\"\(time.utcText)\",\"level\":\"\(level.rawValue)\",\"label\":"
        Self.append(label, to: &text)
        text += ",\"message\":"
        Self.append(message, to: &text)
        if !metadata.isEmpty {
            text += ",\"metadata\":"
            Self.append(.dictionary(metadata), to: &text, depth: 0)
        }
        self.text = text + "}"
    }

    private static func append(_ value: Logger.MetadataValue, to text: inout String, depth: Int) {
        guard depth < deepest else { return append("…", to: &text) }
        switch value {
        case .string(let string): append(string, to: &text)
        case .stringConvertible(let value): append("\(value)", to: &text)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                append(value, to: &text, depth: depth + 1)
            }
            text += "]"
        case .dictionary(let values):
            text += "{"
            for (index, entry) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { text += "," }
                append(entry.key, to: &text)
                text += ":"
                append(entry.value, to: &text, depth: depth + 1)
            }
            text += "}"
        }
    }

    private static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar.value {
            case 0x22: text += "\\\""
            case 0x5C: text += "\\\\"
            case 0x0A: text += "\\n"
            case 0x0D: text += "\\r"
            case 0x09: text += "\\t"
            case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: text += escaped(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
