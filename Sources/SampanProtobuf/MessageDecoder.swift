internal import CProtobufC

/// Bytes → checks → protobuf-c → values; the same for every type.
public enum MessageDecoder {
    /// First memory of a decoding, on the stack: enough for a message of a dozen small fields. Larger ones get one
    /// `malloc` of the size that the scan foresaw.
    static let stackBytes = 1024

    /// For `Message`: checks the bytes, lets protobuf-c parse them and hands its struct to `read`, for the time of that call.
    ///
    /// Not generic, and errors come back as values: a generic typed throw through the closures of the standard library looks types up
    /// at run time, 1,000 instructions a message.
    public static func decode(
        _ bytes: [UInt8], _ descriptor: MessageDescriptor, _ limits: DecodingLimits,
        _ read: (borrowing FieldReader) -> ProtobufError?
    ) -> ProtobufError? {
        guard bytes.count <= Int(Int32.max) else { return .messageTooLarge }
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            do throws(ProtobufError) {
                var scan = WireScan(limits)
                try unsafe scan.scan(buffer, descriptor.raw)
                if !scan.needsNormalising {
                    return unsafe unpack(buffer, descriptor, scan.memoryBytes, limits, read)
                }
                return try unsafe decodeNormalised(buffer, descriptor, limits, scan, read)
            } catch {
                return error
            }
        }
    }

    private static func decodeNormalised(
        _ buffer: UnsafeBufferPointer<UInt8>, _ descriptor: MessageDescriptor, _ limits: DecodingLimits, _ scan: WireScan,
        _ read: (borrowing FieldReader) -> ProtobufError?
    ) throws(ProtobufError) -> ProtobufError? {
        let normalised = try unsafe Normaliser(limits, scan).normalise(buffer, descriptor.raw)
        return try unsafe normalised.withUnsafeBufferPointer { buffer throws(ProtobufError) in
            var second = WireScan(limits, isNormalised: true)
            try unsafe second.scan(buffer, descriptor.raw)
            guard !second.needsNormalising else { throw .refused }
            return unsafe unpack(buffer, descriptor, second.memoryBytes, limits, read)
        }
    }

    private static func unpack(
        _ buffer: UnsafeBufferPointer<UInt8>, _ descriptor: MessageDescriptor, _ expectedBytes: Int, _ limits: DecodingLimits,
        _ read: (borrowing FieldReader) -> ProtobufError?
    ) -> ProtobufError? {
        unsafe withUnsafeTemporaryAllocation(byteCount: stackBytes, alignment: 16) { first in
            var arena = unsafe Arena(first: first, limit: limits.maximumMemoryBytes)
            unsafe arena.prepare(expectedBytes)
            defer { unsafe arena.reset() }
            return unsafe withUnsafeMutablePointer(to: &arena) { arena in
                var allocator = unsafe Arena.allocator(for: arena)
                guard let message = unsafe protobuf_c_message_unpack(descriptor.raw, &allocator, buffer.count, buffer.baseAddress)
                else {
                    return unsafe arena.pointee.limitReached ? .memoryLimitExceeded(limit: limits.maximumMemoryBytes) : .refused
                }
                return unsafe read(FieldReader(message, arena, limits.maximumMemoryBytes))
            }
        }
    }
}
