internal import CProtobufC

/// Bytes → checks → protobuf-c → values; the same for every type.
public enum MessageDecoder {
    /// First memory of a decoding, on the stack: enough for a message of a dozen small fields. Larger ones get one
    /// `malloc` of the size that the scan foresaw.
    static let stackBytes = 1024

    /// For `Message`: checks the bytes, lets protobuf-c parse them and hands its struct to `read`, for the time of that call.
    public static func decode<Value>(
        _ bytes: [UInt8], _ descriptor: MessageDescriptor, _ limits: DecodingLimits,
        _ read: (borrowing FieldReader) throws(ProtobufError) -> Value
    ) throws(ProtobufError) -> Value {
        guard bytes.count <= Int(Int32.max) else { throw .messageTooLarge }
        return try unsafe bytes.withUnsafeBufferPointer { buffer throws(ProtobufError) in
            var scan = WireScan(limits)
            try unsafe scan.scan(buffer, descriptor.raw)
            if !scan.needsNormalising {
                return try unsafe unpack(buffer, descriptor, scan.memoryBytes, limits, read)
            }
            let normalised = try unsafe Normaliser(limits, scan).normalise(buffer, descriptor.raw)
            return try unsafe normalised.withUnsafeBufferPointer { buffer throws(ProtobufError) in
                var second = WireScan(limits, isNormalised: true)
                try unsafe second.scan(buffer, descriptor.raw)
                guard !second.needsNormalising else { throw .refused }
                return try unsafe unpack(buffer, descriptor, second.memoryBytes, limits, read)
            }
        }
    }

    private static func unpack<Value>(
        _ buffer: UnsafeBufferPointer<UInt8>, _ descriptor: MessageDescriptor, _ expectedBytes: Int, _ limits: DecodingLimits,
        _ read: (borrowing FieldReader) throws(ProtobufError) -> Value
    ) throws(ProtobufError) -> Value {
        try unsafe withUnsafeTemporaryAllocation(byteCount: stackBytes, alignment: 16) { first throws(ProtobufError) in
            var arena = unsafe Arena(first: first, limit: limits.maximumMemoryBytes)
            unsafe arena.prepare(expectedBytes)
            defer { unsafe arena.reset() }
            return try unsafe withUnsafeMutablePointer(to: &arena) { arena throws(ProtobufError) in
                var allocator = unsafe Arena.allocator(for: arena)
                guard let message = unsafe protobuf_c_message_unpack(descriptor.raw, &allocator, buffer.count, buffer.baseAddress)
                else {
                    throw unsafe arena.pointee.limitReached ? .memoryLimitExceeded(limit: limits.maximumMemoryBytes) : .refused
                }
                return try unsafe read(FieldReader(message, arena, limits.maximumMemoryBytes))
            }
        }
    }
}
