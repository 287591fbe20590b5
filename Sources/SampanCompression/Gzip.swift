internal import CZlib

/// One whole message to and from one gzip member (RFC 1952), the `gzip` of gRPC's compression.md. Safe from any task; does no I/O.
package enum Gzip {
    /// Fast: the line gains most from the first level, and the loop that compresses has other calls to serve.
    private static let level: Int32 = 1

    /// Compresses what follows the first `prefixLength` bytes of a buffer; the result leaves as many bytes free in front, as zeros.
    ///
    /// Throws `outOfMemory` only; `tooLarge` for more than zlib counts in one go (4 GiB).
    package static func compress(_ buffer: [UInt8], prefixLength: Int = 0) throws(CompressionError) -> [UInt8] {
        precondition(prefixLength >= 0 && prefixLength <= buffer.count, "a prefix outside of its buffer")
        guard let inputCount = UInt32(exactly: buffer.count - prefixLength) else { throw .tooLarge(limit: Int(UInt32.max)) }
        var stream = unsafe z_stream()
        guard unsafe sampan_gzip_deflate_init(&stream, level) == Z_OK else { throw .outOfMemory }
        defer { unsafe deflateEnd(&stream) }
        let bound = unsafe deflateBound(&stream, uLong(inputCount))
        guard let room = UInt32(exactly: bound) else { throw .tooLarge(limit: Int(UInt32.max)) }
        var isWhole = false
        let output = unsafe [UInt8](unsafeUninitializedCapacity: prefixLength + Int(room)) { target, count in
            unsafe target.prefix(prefixLength).initialize(repeating: 0)
            unsafe buffer.withUnsafeBufferPointer { source in
                // zlib reads only from next_in, whatever its type says.
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.advanced(by: prefixLength))
                unsafe stream.avail_in = inputCount
                unsafe stream.next_out = target.baseAddress?.advanced(by: prefixLength)
                unsafe stream.avail_out = room
                isWhole = unsafe deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = unsafe prefixLength + Int(room - stream.avail_out)
        }
        // deflateBound promises room enough, so nothing but memory can be short.
        guard isWhole else { throw .outOfMemory }
        return output
    }

    /// Inflates one member that is the whole of `bytes`, to `limit` bytes at the most.
    ///
    /// The member's last four bytes say how large its content is (RFC 1952 §2.3.1, ISIZE). A size over the limit is refused before a byte
    /// is inflated; no other is believed beyond what deflate makes of so few bytes, and no byte is written beyond it: whatever the
    /// peer sends, one buffer is allocated, of `limit` bytes at the most, beside zlib's window (about 40 KiB).
    package static func inflate(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        guard bytes.count >= smallestMember, let inputCount = UInt32(exactly: bytes.count) else { throw .malformed }
        let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard size <= limit else { throw .tooLarge(limit: limit) }
        guard size / largestRatio <= bytes.count else { throw .malformed }
        var stream = unsafe z_stream()
        guard unsafe sampan_gzip_inflate_init(&stream) == Z_OK else { throw .outOfMemory }
        defer { unsafe inflateEnd(&stream) }
        var end = Z_BUF_ERROR
        // One byte more than promised, since zlib takes no room for an empty message.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: size + 1) { target, count in
            unsafe bytes.withUnsafeBufferPointer { source in
                unsafe stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.avail_in = inputCount
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(truncatingIfNeeded: size + 1)
                end = unsafe CZlib.inflate(&stream, Z_FINISH)
            }
            count = unsafe size + 1 - Int(stream.avail_out)
        }
        if end == Z_MEM_ERROR { throw .outOfMemory }
        // A full buffer is content beyond what its own trailer says: the member is not what it claims, however large it is.
        if output.count > size { throw output.count > limit ? .tooLarge(limit: limit) : .malformed }
        guard end == Z_STREAM_END, unsafe stream.avail_in == 0 else { throw .malformed }
        return output
    }

    /// Header, an empty block and trailer.
    private static let smallestMember = 20
    /// Deflate makes at most 1,032 bytes of one (zlib, "Maximum Compression Factor").
    private static let largestRatio = 1_032
}
