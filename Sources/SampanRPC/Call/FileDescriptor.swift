/// What a contract file (`.proto`) says of itself: a serialized `google.protobuf.FileDescriptorProto`, and where it belongs.
/// Generated code makes one per contract; server reflection hands them out.
public struct FileDescriptor: Sendable {
    /// As it is imported, for example `sampan/payment/v1/payment.proto`.
    public let name: String
    /// The files that it imports.
    public let dependencies: [FileDescriptor]
    /// Full names of the messages, enums, services and methods that it declares.
    public let symbols: [String]
    private let base64: String

    /// For generated code.
    public init(name: String, dependencies: [FileDescriptor], symbols: [String], base64: String) {
        self.name = name
        self.dependencies = dependencies
        self.symbols = symbols
        self.base64 = base64
    }

    /// The serialized `FileDescriptorProto`, without comments. Decoded anew each time; empty if the generated text is damaged.
    public var serialized: [UInt8] { Base64.decode(Array(base64.utf8).span) ?? [] }
}
