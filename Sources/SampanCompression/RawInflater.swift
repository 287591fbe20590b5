internal import CZlib

/// Inflates deflate without a header (RFC 1951) in pieces, as an archive holds it. Needs about 40 KiB, whatever passes through it.
/// For one task at a time; does no I/O.
@safe package final class RawInflater {
    /// zlib keeps the address of its struct and checks it, so the struct stays where it is. Freed in `deinit`.
    private let stream: UnsafeMutablePointer<z_stream>

    /// Throws `outOfMemory` only.
    package init() throws(CompressionError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard unsafe sampan_raw_inflate_init(stream) == Z_OK else {
            unsafe stream.deallocate()
            throw .outOfMemory
        }
        unsafe self.stream = stream
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// What one step came to: bytes taken, bytes made, and whether the last block has ended.
    package struct Step: Sendable, Hashable {
        package let consumed: Int
        package let produced: Int
        package let isAtEnd: Bool
    }

    /// Inflates from a part of `input` into a part of `output`, until one of them is used up or the content ends.
    ///
    /// Throws `malformed` for what is not deflate. A step that neither takes nor makes a byte needs more input.
    package func inflate(
        _ input: [UInt8], from source: Range<Int>, into output: inout [UInt8], at target: Range<Int>
    ) throws(CompressionError) -> Step {
        precondition(source.lowerBound >= 0 && source.upperBound <= input.count, "a part outside of the input")
        precondition(target.lowerBound >= 0 && target.upperBound <= output.count, "a part outside of the output")
        guard let available = UInt32(exactly: source.count), let room = UInt32(exactly: target.count) else {
            throw .tooLarge(limit: Int(UInt32.max))
        }
        let stream = unsafe stream
        let result = unsafe input.withUnsafeBufferPointer { bytes in
            unsafe output.withUnsafeMutableBufferPointer { space in
                // zlib reads only from next_in, whatever its type says.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.advanced(by: source.lowerBound))
                unsafe stream.pointee.avail_in = available
                unsafe stream.pointee.next_out = space.baseAddress?.advanced(by: target.lowerBound)
                unsafe stream.pointee.avail_out = room
                return unsafe CZlib.inflate(stream, Z_NO_FLUSH)
            }
        }
        switch result {
        case Z_OK, Z_STREAM_END, Z_BUF_ERROR: break
        case Z_MEM_ERROR: throw .outOfMemory
        default: throw .malformed
        }
        return unsafe Step(
            consumed: source.count - Int(stream.pointee.avail_in), produced: target.count - Int(stream.pointee.avail_out),
            isAtEnd: result == Z_STREAM_END)
    }
}
