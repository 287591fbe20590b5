internal import CProtobufC

/// Values → protobuf-c → bytes; the same for every type.
public enum MessageEncoder {
    /// Deepest nesting that is encoded: what `DecodingLimits.default` takes in, so that nothing is sent which a peer of ours refuses.
    static let maximumDepth = 64

    /// For `Message`: lets `write` fill a struct of protobuf-c and has that packed.
    public static func encode(
        _ descriptor: MessageDescriptor, prefixLength: Int, _ write: (borrowing FieldWriter) throws(ProtobufError) -> Void
    ) throws(ProtobufError) -> [UInt8] {
        try unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { first throws(ProtobufError) in
            var arena = unsafe Arena(first: first, limit: .max)
            defer { unsafe arena.reset() }
            return try unsafe withUnsafeMutablePointer(to: &arena) { arena throws(ProtobufError) in
                let root = try unsafe FieldWriter(descriptor, arena, depth: 1)
                try write(root)
                return try unsafe pack(root.message, prefixLength)
            }
        }
    }

    private static func pack(_ message: UnsafeMutablePointer<ProtobufCMessage>, _ prefixLength: Int) throws(ProtobufError) -> [UInt8] {
        let size = unsafe protobuf_c_message_get_packed_size(message)
        guard size <= Int(Int32.max), prefixLength >= 0, prefixLength <= Int(Int32.max) else { throw .messageTooLarge }
        return unsafe [UInt8](unsafeUninitializedCapacity: prefixLength + size) { buffer, count in
            guard let base = buffer.baseAddress else { return }
            unsafe base.initialize(repeating: 0, count: prefixLength)
            count = unsafe prefixLength + protobuf_c_message_pack(message, base + prefixLength)
        }
    }
}
