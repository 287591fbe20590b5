/// One serialized message with room for its gRPC prefix in front, so that framing it copies nothing.
///
/// Layout (gRPC PROTOCOL-HTTP2, Length-Prefixed-Message): 1 byte compressed flag, 4 bytes length big-endian, payload.
public struct FramedMessage: Sendable, Hashable {
    /// Bytes of the prefix.
    public static let prefixLength = 5

    /// Prefix and payload, ready for the wire.
    public let bytes: [UInt8]
    /// Whether a call that compresses its messages compresses this one too.
    public var isCompressible = true

    /// Takes a buffer whose first `prefixLength` bytes are free and whose rest is the payload.
    ///
    /// Throws `RESOURCE_EXHAUSTED` when the payload does not fit the 32-bit length of the prefix.
    public init(bufferWithPrefixRoom buffer: consuming [UInt8]) throws(RPCError) {
        try self.init(bufferWithPrefixRoom: buffer, isCompressed: false)
    }

    /// For the transport: `isCompressed` says that the payload is in the encoding which the head of the call names.
    package init(bufferWithPrefixRoom buffer: consuming [UInt8], isCompressed: Bool) throws(RPCError) {
        let length = buffer.count - Self.prefixLength
        guard length >= 0, let wire = UInt32(exactly: length) else {
            throw RPCError(code: .resourceExhausted, message: "a message of \(length) bytes cannot be framed")
        }
        buffer[0] = isCompressed ? 1 : 0
        buffer[1] = UInt8(truncatingIfNeeded: wire >> 24)
        buffer[2] = UInt8(truncatingIfNeeded: wire >> 16)
        buffer[3] = UInt8(truncatingIfNeeded: wire >> 8)
        buffer[4] = UInt8(truncatingIfNeeded: wire)
        bytes = buffer
    }

    /// Frames a payload by copying it behind a new prefix.
    public init(payload: [UInt8]) throws(RPCError) {
        try self.init(bufferWithPrefixRoom: [UInt8](repeating: 0, count: Self.prefixLength) + payload)
    }

    /// The same, of a payload that may be in the encoding which the head of the call names.
    package init(payload: [UInt8], isCompressed: Bool) throws(RPCError) {
        try self.init(bufferWithPrefixRoom: [UInt8](repeating: 0, count: Self.prefixLength) + payload, isCompressed: isCompressed)
    }

    /// Bytes of the payload.
    public var payloadLength: Int { bytes.count - Self.prefixLength }
}
