/// A field of a message, as its contract has it.
public struct FieldSchema: Sendable, Hashable {
    /// Types of fields, with their numbers in descriptor.proto (`FieldDescriptorProto.Type`); groups are not supported.
    public enum Kind: Int, Sendable, Hashable, CaseIterable {
        case double = 1
        case float = 2
        case int64 = 3
        case uint64 = 4
        case int32 = 5
        case fixed64 = 6
        case fixed32 = 7
        case bool = 8
        case string = 9
        case message = 11
        case bytes = 12
        case uint32 = 13
        case enumeration = 14
        case sfixed32 = 15
        case sfixed64 = 16
        case sint32 = 17
        case sint64 = 18
    }

    /// How often a field may occur.
    public enum Cardinality: Sendable, Hashable {
        case singular
        /// proto2 only.
        case required
        case repeated
        /// Repeated on the wire; each entry is a message of key and value.
        case map
    }

    /// As the `.proto` file writes it, for example `out_trade_no`.
    public let name: String
    /// As JSON writes it, for example `outTradeNo`.
    public let jsonName: String
    /// 1 to 536,870,911.
    public let number: UInt32
    public let kind: Kind
    public let cardinality: Cardinality
    /// Full name of the message or enum; nil for scalars.
    public let typeName: String?
    /// Whether a value that equals the default differs from none: `optional`, members of a oneof, messages, all of proto2.
    public let hasPresence: Bool
    /// Whether the keyword `optional` stands before it in proto3.
    public let isOptional: Bool
    /// Place of its oneof in `MessageSchema.oneofs`; nil for none.
    public let oneof: Int?
    let isPacked: Bool
    /// Place of its type among the pool's messages or enums; 0 for scalars.
    var type = 0
    let jsonNameBytes: [UInt8]
    let nameBytes: [UInt8]
}

extension FieldSchema.Kind {
    /// As a `.proto` file writes it; empty for messages and enums, which have names.
    public var keyword: String {
        switch self {
        case .message, .enumeration: ""
        default: "\(self)"
        }
    }

    /// Whether many may be packed into one length-prefixed field.
    var isPackable: Bool {
        switch self {
        case .string, .bytes, .message: false
        default: true
        }
    }
}
