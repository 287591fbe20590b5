/// The messages that have a JSON form of their own (ProtoJSON, "JSON mapping"). Known by their full names.
enum WellKnownType: Sendable, Hashable {
    case any
    case duration
    case fieldMask
    case list
    case structure
    case timestamp
    case value
    /// A scalar in a message of its own: its only field is number 1.
    case wrapper(FieldSchema.Kind)

    init?(_ name: String) {
        guard name.hasPrefix("google.protobuf.") else { return nil }
        switch name.dropFirst("google.protobuf.".count) {
        case "Any": self = .any
        case "Duration": self = .duration
        case "FieldMask": self = .fieldMask
        case "ListValue": self = .list
        case "Struct": self = .structure
        case "Timestamp": self = .timestamp
        case "Value": self = .value
        case "DoubleValue": self = .wrapper(.double)
        case "FloatValue": self = .wrapper(.float)
        case "Int64Value": self = .wrapper(.int64)
        case "UInt64Value": self = .wrapper(.uint64)
        case "Int32Value": self = .wrapper(.int32)
        case "UInt32Value": self = .wrapper(.uint32)
        case "BoolValue": self = .wrapper(.bool)
        case "StringValue": self = .wrapper(.string)
        case "BytesValue": self = .wrapper(.bytes)
        default: return nil
        }
    }
}
