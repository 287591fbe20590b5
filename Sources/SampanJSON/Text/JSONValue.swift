/// A JSON text taken apart (RFC 8259). Texts and numbers are kept as their bytes: nothing is rounded, and names that only look alike
/// stay two.
package enum JSONValue: Sendable {
    package struct Member: Sendable {
        /// UTF-8, escapes undone.
        package let name: [UInt8]
        package let value: JSONValue

        package init(name: [UInt8], value: JSONValue) { (self.name, self.value) = (name, value) }
    }

    case null
    case bool(Bool)
    /// As it stands in the text; a number of RFC 8259 §6.
    case number([UInt8])
    /// UTF-8, escapes undone.
    case string([UInt8])
    case array([JSONValue])
    /// No two names are equal.
    case object([Member])

    var isNull: Bool { if case .null = self { true } else { false } }
}

extension JSONValue {
    /// The one value that the text is. Throws `JSONError`, which says where and never what.
    package init(text: [UInt8], limits: JSONLimits) throws(JSONError) { self = try JSONParser.value(of: text, limits: limits) }

    /// The value as text: on one line, or indented by two blanks. The same value gives the same bytes; numbers stay as they were written.
    package func text(isPretty: Bool = false, limit: Int = JSONLimits.default.maximumOutputBytes) throws(JSONError) -> [UInt8] {
        var writer = JSONTextWriter(isPretty: isPretty, limit: limit)
        try write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONTextWriter) throws(JSONError) {
        switch self {
        case .null: try writer.word("null")
        case .bool(let value): try writer.word(value ? "true" : "false")
        case .number(let digits): try writer.word(String(decoding: digits, as: UTF8.self))
        case .string(let text): try writer.string(text)
        case .array(let elements):
            try writer.begin("[")
            for element in elements { try element.write(to: &writer) }
            try writer.end("]")
        case .object(let members):
            try writer.begin("{")
            for member in members {
                try writer.name(member.name)
                try member.value.write(to: &writer)
            }
            try writer.end("}")
        }
    }
}
