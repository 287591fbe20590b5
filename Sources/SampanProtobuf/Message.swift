/// A protobuf message as a value. Types are generated from `Protos/`; nobody conforms by hand.
///
/// Safe to use from any task: decoding and encoding share nothing between calls.
public protocol Message: Sendable, Hashable, MessageReflection {
    /// A message with nothing set.
    init()
    /// Full name of the type in its `.proto` file, for example `sampan.payment.v1.Payment`.
    static var protoName: String { get }
    /// Layout of the protobuf-c struct of this type.
    static var descriptor: MessageDescriptor { get }
    /// Fields that this side's contract does not have, kept as they came and sent on behind the known ones.
    var unknownFields: UnknownFields { get set }

    /// For generated code: takes the values out of a protobuf-c struct.
    init(readingFields reader: borrowing FieldReader) throws(ProtobufError)
    /// For generated code: puts the values into a protobuf-c struct.
    func writeFields(into writer: borrowing FieldWriter) throws(ProtobufError)
}

extension Message {
    /// Decodes a message. Any bytes whatever end in a value or in a `ProtobufError`.
    @inlinable
    public init(serialized bytes: [UInt8], limits: DecodingLimits = .default) throws(ProtobufError) {
        var message = Self()
        let failure = MessageDecoder.decode(bytes, Self.descriptor, limits) { reader in
            do throws(ProtobufError) {
                message = try Self(readingFields: reader)
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
        self = message
    }

    /// Encodes the message, fields in the order of their numbers and maps in the order of their keys: equal messages
    /// give equal bytes (but for maps with keys that differ only in Unicode normalisation).
    ///
    /// - Parameter prefixLength: bytes left free (zero) in front, for example the 5 of a gRPC frame.
    /// - Throws: `nestingTooDeep` past 64 levels, `messageTooLarge` past 2 GiB - 1, `outOfMemory`.
    @inlinable
    public func serialized(prefixLength: Int = 0) throws(ProtobufError) -> [UInt8] {
        try MessageEncoder.encode(Self.descriptor, prefixLength: prefixLength) { writer throws(ProtobufError) in
            try writeFields(into: writer)
        }
    }
}
