/// What a value must be, by its type in the contract (ProtoJSON, "JSON mapping").
public enum JSONShape: Sendable, Hashable {
    case object
    case list
    case text
    case boolean
    case int32
    case uint32
    case int64
    case uint64
    case float
    case double
    /// A double that is a number, as `google.protobuf.Value` asks.
    case finite
    case base64
    /// Of the enum of this full name.
    case enumeration(String)
    case timestamp
    case duration
    case fieldMask
    case any
    /// A value that `google.protobuf.Value` can hold.
    case value
    /// Lists and maps hold no null.
    case notNull
}

extension JSONShape: CustomStringConvertible {
    public var description: String {
        switch self {
        case .object: "an object"
        case .list: "a list"
        case .text: "a string"
        case .boolean: "true or false"
        case .int32: "a whole number from -2147483648 to 2147483647"
        case .uint32: "a whole number from 0 to 4294967295"
        case .int64: "a whole number from -9223372036854775808 to 9223372036854775807, best in quotation marks"
        case .uint64: "a whole number from 0 to 18446744073709551615, best in quotation marks"
        case .float: "a number of single precision, \"NaN\", \"Infinity\" or \"-Infinity\""
        case .double: "a number of double precision, \"NaN\", \"Infinity\" or \"-Infinity\""
        case .finite: "a finite number"
        case .base64: "bytes in base64"
        case .enumeration(let name): "a name of \(name), or its number"
        case .timestamp: "a moment of the years 0001 to 9999 such as \"2026-11-22T08:30:00.5Z\""
        case .duration: "a length of time of at most 315576000000 s such as \"1.5s\""
        case .fieldMask: "names of fields such as \"title,authorName\""
        case .any: "an object with the type URL in \"@type\", and for special types what it holds in \"value\""
        case .value: "a value of one of its kinds"
        case .notNull: "something else than null"
        }
    }
}
