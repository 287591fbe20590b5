/// Scalars of the wire as JSON.
enum ScalarPrinter {
    /// A scalar, as the field's kind reads it. Not for messages and enums.
    static func write(
        _ value: WireValue, _ kind: FieldSchema.Kind, _ bytes: [UInt8], _ out: inout JSONTextWriter
    ) throws(JSONError) {
        switch (kind, value) {
        case (.int32, .varint(let bits)): try out.word("\(Int32(truncatingIfNeeded: bits))")
        case (.sint32, .varint(let bits)): try out.word("\(Int32(truncatingIfNeeded: zigzag(UInt64(UInt32(truncatingIfNeeded: bits)))))")
        case (.sfixed32, .fixed32(let bits)): try out.word("\(Int32(bitPattern: bits))")
        case (.uint32, .varint(let bits)): try out.word("\(UInt32(truncatingIfNeeded: bits))")
        case (.fixed32, .fixed32(let bits)): try out.word("\(bits)")
        case (.int64, .varint(let bits)): try out.string("\(Int64(bitPattern: bits))")
        case (.sint64, .varint(let bits)): try out.string("\(zigzag(bits))")
        case (.sfixed64, .fixed64(let bits)): try out.string("\(Int64(bitPattern: bits))")
        case (.uint64, .varint(let bits)), (.fixed64, .fixed64(let bits)): try out.string("\(bits)")
        case (.bool, .varint(let bits)): try out.word(bits == 0 ? "false" : "true")
        case (.double, .fixed64(let bits)):
            let number = Double(bitPattern: bits)
            try float(number.description, isFinite: number.isFinite, isNaN: number.isNaN, &out)
        case (.float, .fixed32(let bits)):
            let number = Float(bitPattern: bits)
            try float(number.description, isFinite: number.isFinite, isNaN: number.isNaN, &out)
        case (.bytes, .bytes(let range)): try out.string(Base64Text.encode(bytes[range]))
        case (.string, .bytes(let range)): try out.string(try text(bytes, range))
        default: throw JSONError(.damaged(.invalidTag))
        }
    }

    /// What a field without presence is when nothing was sent.
    static func writeDefault(_ kind: FieldSchema.Kind, _ out: inout JSONTextWriter) throws(JSONError) {
        switch kind {
        case .bool: try out.word("false")
        case .string, .bytes: try out.string([])
        case .int64, .uint64, .sint64, .fixed64, .sfixed64: try out.string("0")
        default: try out.word("0")
        }
    }

    /// Bytes of a string, which must be UTF-8.
    static func text(_ bytes: [UInt8], _ range: Range<Int>) throws(JSONError) -> [UInt8] {
        let text = Array(bytes[range])
        guard (try? UTF8Span(validating: text.span)) != nil else { throw JSONError(.stringNotUTF8) }
        return text
    }

    /// The fewest digits that give the same number again; whole ones without a point, but for negative zero, which readers that take
    /// `-0` for a whole number would lose.
    private static func float(_ text: String, isFinite: Bool, isNaN: Bool, _ out: inout JSONTextWriter) throws(JSONError) {
        guard isFinite else { return try out.string(isNaN ? "NaN" : text.hasPrefix("-") ? "-Infinity" : "Infinity") }
        try out.word(text.hasSuffix(".0") && text != "-0.0" ? String(text.dropLast(2)) : text)
    }

    static func zigzag(_ bits: UInt64) -> Int64 { Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1) }

    /// Whether a value on the wire is of the wire type that the kind has. What is not, is a field that the contract does not have.
    static func fits(_ value: WireValue, _ kind: FieldSchema.Kind) -> Bool {
        switch (kind, value) {
        case (.double, .fixed64), (.fixed64, .fixed64), (.sfixed64, .fixed64), (.float, .fixed32), (.fixed32, .fixed32),
            (.sfixed32, .fixed32), (.string, .bytes), (.bytes, .bytes), (.message, .bytes):
            true
        case (.double, _), (.fixed64, _), (.sfixed64, _), (.float, _), (.fixed32, _), (.sfixed32, _), (.string, _), (.bytes, _),
            (.message, _):
            false
        case (_, .varint): true
        default: false
        }
    }

    /// Whether it is what a field without presence does not send.
    static func isDefault(_ value: WireValue) -> Bool {
        switch value {
        case .varint(let bits), .fixed64(let bits): bits == 0
        case .fixed32(let bits): bits == 0
        case .bytes(let range): range.isEmpty
        case .group: true
        }
    }
}
