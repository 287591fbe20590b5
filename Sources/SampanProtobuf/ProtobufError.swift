/// Why bytes are not a message, or a message cannot become bytes.
///
/// Holds nothing of the message but names from its `.proto` file, so it may be logged.
public enum ProtobufError: Error, Sendable, Hashable {
    /// A field says that it is longer than what is left.
    case truncated
    /// A varint has no end within ten bytes (five for a tag or a length), or a packed field ends inside one.
    case malformedVarint
    /// Field number 0, or one past 536,870,911.
    case invalidFieldNumber
    /// Wire type 6 or 7 (there is none), or a group that ends without having begun or begins without an end.
    case invalidWireType
    /// A `string` field (full name of its message, its own name) is not UTF-8.
    case invalidUTF8(message: String, field: String)
    /// Messages nest deeper than the limit allows.
    case nestingTooDeep(limit: Int)
    /// More fields and elements than the limit allows.
    case tooManyElements(limit: Int)
    /// Decoding would take more memory than the limit allows, in bytes.
    case memoryLimitExceeded(limit: Int)
    /// More than 2 GiB - 1, the most that protobuf knows.
    case messageTooLarge
    /// The system gave no memory.
    case outOfMemory
    /// protobuf-c refused what our own check had let pass; a defect worth a report.
    case refused
}

extension ProtobufError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the message ends inside a field"
        case .malformedVarint: "the message holds a varint without an end"
        case .invalidFieldNumber: "the message holds a field number that is out of range"
        case .invalidWireType: "the message holds an impossible wire type or an unbalanced group"
        case .invalidUTF8(let message, let field): "field \(field) of \(message) is not UTF-8"
        case .nestingTooDeep(let limit): "the message nests deeper than \(limit) levels"
        case .tooManyElements(let limit): "the message has more than \(limit) elements"
        case .memoryLimitExceeded(let limit): "the message would take more than \(limit) bytes of memory"
        case .messageTooLarge: "the message is larger than 2147483647 bytes"
        case .outOfMemory: "there is no memory for the message"
        case .refused: "the message was refused by protobuf-c"
        }
    }

    /// True when the bytes may well be a message, but one that costs more than this side will spend.
    public var isLimit: Bool {
        switch self {
        case .nestingTooDeep, .tooManyElements, .memoryLimitExceeded, .messageTooLarge, .outOfMemory: true
        case .truncated, .malformedVarint, .invalidFieldNumber, .invalidWireType, .invalidUTF8, .refused: false
        }
    }
}
