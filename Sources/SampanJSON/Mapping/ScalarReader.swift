/// JSON values as scalars of the wire.
enum ScalarReader {
    /// Throws `expected` for what is no value of the kind. Not for messages and enums.
    static func scalar(_ value: JSONValue, _ kind: FieldSchema.Kind) throws(JSONError) -> ScalarValue {
        switch kind {
        case .int32: return .varint(UInt64(bitPattern: Int64(try signed32(value))))
        case .sint32:
            let number = try signed32(value)
            return .varint(UInt64(UInt32(bitPattern: number << 1 ^ number >> 31)))
        case .sfixed32: return .fixed32(UInt32(bitPattern: try signed32(value)))
        case .uint32: return .varint(UInt64(try unsigned32(value)))
        case .fixed32: return .fixed32(try unsigned32(value))
        case .int64: return .varint(UInt64(bitPattern: try signed64(value)))
        case .sint64:
            let number = try signed64(value)
            return .varint(UInt64(bitPattern: number << 1 ^ number >> 63))
        case .sfixed64: return .fixed64(UInt64(bitPattern: try signed64(value)))
        case .uint64: return .varint(try unsigned64(value))
        case .fixed64: return .fixed64(try unsigned64(value))
        case .double: return .fixed64(try double(value).bitPattern)
        case .float: return .fixed32(try float(value).bitPattern)
        case .bool:
            guard case .bool(let truth) = value else { throw JSONError(.expected(.boolean)) }
            return .varint(truth ? 1 : 0)
        case .string, .message, .enumeration:
            guard case .string(let text) = value else { throw JSONError(.expected(.text)) }
            return .bytes(text)
        case .bytes:
            guard case .string(let text) = value, let bytes = Base64Text.decode(text) else { throw JSONError(.expected(.base64)) }
            return .bytes(bytes)
        }
    }

    /// The name of a member as a key of a map.
    static func key(_ name: [UInt8], _ kind: FieldSchema.Kind) throws(JSONError) -> ScalarValue {
        switch kind {
        case .string: return .bytes(name)
        case .bool:
            if name == Array("true".utf8) { return .varint(1) }
            guard name == Array("false".utf8) else { throw JSONError(.expected(.boolean)) }
            return .varint(0)
        default:
            guard NumberText.isPlain(name) else { throw JSONError(.expected(shape(kind))) }
            return try scalar(.number(name), kind)
        }
    }

    private static func shape(_ kind: FieldSchema.Kind) -> JSONShape {
        switch kind {
        case .int32, .sint32, .sfixed32: .int32
        case .uint32, .fixed32: .uint32
        case .int64, .sint64, .sfixed64: .int64
        default: .uint64
        }
    }

    // MARK: Numbers

    /// The text of a number, which may stand in quotation marks.
    private static func number(_ value: JSONValue) -> [UInt8]? {
        switch value {
        case .number(let text): text
        case .string(let text): NumberText.isNumber(text) ? text : nil
        default: nil
        }
    }

    static func whole(_ value: JSONValue) -> NumberText.Whole? { number(value).map(NumberText.whole) }

    private static func signed64(_ value: JSONValue) throws(JSONError) -> Int64 {
        guard let number = signed(value) else { throw JSONError(.expected(.int64)) }
        return number
    }

    private static func signed32(_ value: JSONValue) throws(JSONError) -> Int32 {
        guard let number = signed(value).flatMap(Int32.init(exactly:)) else { throw JSONError(.expected(.int32)) }
        return number
    }

    /// Nil for what is no whole number of 64 bits with a sign.
    static func signed(_ value: JSONValue) -> Int64? {
        guard case .whole(let isNegative, let magnitude)? = whole(value) else { return nil }
        guard isNegative else { return Int64(exactly: magnitude) }
        if magnitude == UInt64(Int64.max) + 1 { return .min }
        return Int64(exactly: magnitude).map { -$0 }
    }

    private static func unsigned(_ value: JSONValue) -> UInt64? {
        guard case .whole(let isNegative, let magnitude)? = whole(value), !isNegative || magnitude == 0 else { return nil }
        return magnitude
    }

    private static func unsigned64(_ value: JSONValue) throws(JSONError) -> UInt64 {
        guard let number = unsigned(value) else { throw JSONError(.expected(.uint64)) }
        return number
    }

    private static func unsigned32(_ value: JSONValue) throws(JSONError) -> UInt32 {
        guard let number = unsigned(value).flatMap(UInt32.init(exactly:)) else { throw JSONError(.expected(.uint32)) }
        return number
    }

    private static func double(_ value: JSONValue) throws(JSONError) -> Double {
        if let special = special(value) { return special }
        guard let text = number(value), let double = Double(String(decoding: text, as: UTF8.self)), double.isFinite else {
            throw JSONError(.expected(.double))
        }
        return double
    }

    private static func float(_ value: JSONValue) throws(JSONError) -> Float {
        if let special = special(value) { return Float(special) }
        guard let text = number(value), let float = Float(String(decoding: text, as: UTF8.self)), float.isFinite else {
            throw JSONError(.expected(.float))
        }
        return float
    }

    private static func special(_ value: JSONValue) -> Double? {
        guard case .string(let text) = value else { return nil }
        switch String(decoding: text, as: UTF8.self) {
        case "NaN": return .nan
        case "Infinity": return .infinity
        case "-Infinity": return -.infinity
        default: return nil
        }
    }
}
