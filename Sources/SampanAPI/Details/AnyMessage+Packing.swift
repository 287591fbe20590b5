public import SampanProtobuf

extension GoogleProtobuf.AnyMessage {
    private static let typePrefix = "type.googleapis.com/"

    /// Holds a message of any type, named by its type (any.proto).
    public init(packing message: some Message) throws(ProtobufError) {
        self.init(typeURL: Self.typePrefix + type(of: message).protoName, value: try message.serialized())
    }

    /// Whether it holds a message of this type: what follows the last slash of the type URL is its name.
    public func holds<Content: Message>(_ type: Content.Type) -> Bool {
        guard let slash = typeURL.utf8.lastIndex(of: UInt8(ascii: "/")) else { return false }
        return typeURL.utf8[typeURL.utf8.index(after: slash)...].elementsEqual(Content.protoName.utf8)
    }

    /// The message, when it is of this type; nil when it is of another. Throws for bytes that are no such message.
    public func unpacked<Content: Message>(as type: Content.Type = Content.self) throws(ProtobufError) -> Content? {
        holds(type) ? try Content(serialized: value) : nil
    }
}
