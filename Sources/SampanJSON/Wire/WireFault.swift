/// Why bytes are no protobuf message (protobuf Encoding, "Message Structure"). Holds nothing of the bytes.
public enum WireFault: Error, Sendable, Hashable {
    /// A field says that it is longer than what is left.
    case truncated
    /// A varint has no end within ten bytes; five for a tag.
    case malformedVarint
    /// Field number 0 or past 536,870,911, wire type 6 or 7, or a group that ends without having begun.
    case invalidTag
    /// Groups or messages in one another, deeper than `limit` levels.
    case nestingTooDeep(limit: Int)
}

extension WireFault: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated: "the message ends inside a field"
        case .malformedVarint: "the message holds a varint without an end"
        case .invalidTag: "the message holds an impossible tag"
        case .nestingTooDeep(let limit): "the message nests deeper than \(limit) levels"
        }
    }
}
