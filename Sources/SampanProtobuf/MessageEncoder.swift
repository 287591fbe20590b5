internal import CProtobufC

/// Values → protobuf-c → bytes; the same for every type.
public enum MessageEncoder {
    /// Deepest nesting that is encoded: what `DecodingLimits.default` takes in, so that nothing is sent which a peer of ours refuses.
    static let maximumDepth = 64

    /// For `Message`: lets `write` fill a struct of protobuf-c and has that packed.
    public static func encode(
        _ descriptor: MessageDescriptor, prefixLength: Int, _ write: (borrowing FieldWriter) throws(ProtobufError) -> Void
    ) throws(ProtobufError) -> [UInt8] {
        let result: Result<[UInt8], ProtobufError> = unsafe withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 16) { first in
            var arena = unsafe Arena(first: first, limit: .max)
            defer { unsafe arena.reset() }
            return unsafe withUnsafeMutablePointer(to: &arena) { arena in
                do throws(ProtobufError) {
                    let root = try unsafe FieldWriter(descriptor, arena, depth: 1)
                    try write(root)
                    return .success(try unsafe pack(root.message, prefixLength))
                } catch {
                    return .failure(error)
                }
            }
        }
        return try result.get()
    }

    private static func pack(_ message: UnsafeMutablePointer<ProtobufCMessage>, _ prefixLength: Int) throws(ProtobufError) -> [UInt8] {
        let size = unsafe protobuf_c_message_get_packed_size(message)
        guard size <= Int(Int32.max), prefixLength >= 0, prefixLength <= Int(Int32.max) else { throw .messageTooLarge }
        guard prefixLength + size <= smallBytes else {
            return unsafe [UInt8](unsafeUninitializedCapacity: prefixLength + size) { buffer, count in
                guard let base = buffer.baseAddress else { return }
                count = unsafe fill(base, message, prefixLength)
            }
        }
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: smallBytes) { buffer in
            guard let base = buffer.baseAddress else { return [] }
            let count = unsafe fill(base, message, prefixLength)
            return unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
        }
    }

    /// Up to here a message is packed on the stack and copied once more: an array that is filled in place is made by code that looks its
    /// type up at run time, 500 instructions, which the copy of 1 KiB does not cost.
    private static let smallBytes = 1_024

    private static func fill(_ base: UnsafeMutablePointer<UInt8>, _ message: UnsafeMutablePointer<ProtobufCMessage>, _ prefixLength: Int)
        -> Int
    {
        unsafe base.initialize(repeating: 0, count: prefixLength)
        return unsafe prefixLength + protobuf_c_message_pack(message, base + prefixLength)
    }
}
