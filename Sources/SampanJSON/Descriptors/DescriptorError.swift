/// Why serialized `FileDescriptorProto`s are no set of contracts. Holds names of contracts only.
public enum DescriptorError: Error, Sendable, Hashable {
    /// The bytes are no message at all.
    case malformed(WireFault)
    /// A name is missing, is not UTF-8, or is no protobuf identifier.
    case invalidName(inside: String)
    /// Two declarations, or two fields of one message, have one name or number.
    case duplicate(String)
    /// A field, method or entry says what no contract may say: a number out of range, a type that there is not, a bad map.
    case invalid(String)
    /// A type is named that no file declares.
    case unknownType(String, usedBy: String)
    /// What this reader does not speak: editions, groups.
    case unsupported(String)
    /// More than `DescriptorLimits` allow; the text names the limit.
    case tooLarge(String)
}

extension DescriptorError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let fault): "the contract is damaged: \(fault)"
        case .invalidName(let inside): "the contract has a name that is no identifier, in \(inside.isEmpty ? "a file" : inside)"
        case .duplicate(let name): "the contracts declare \(name) twice"
        case .invalid(let name): "the contract of \(name) is not valid"
        case .unknownType(let name, let user): "\(user) uses \(name), which no contract here declares"
        case .unsupported(let what): "the contracts use \(what), which is not supported"
        case .tooLarge(let limit): "the contracts are too large: \(limit)"
        }
    }
}
