internal import SampanCompression
internal import SampanRPC

/// Messages in and out of the `gzip` of gRPC (compression.md).
enum MessageCompression {
    /// The message as it travels in a call that compresses: as it is where it may not be compressed, or where that makes it no smaller.
    static func compress(_ message: FramedMessage) throws(RPCError) -> FramedMessage {
        guard message.isCompressible else { return message }
        do throws(CompressionError) {
            let buffer = try Gzip.compress(message.bytes, prefixLength: FramedMessage.prefixLength)
            guard buffer.count < message.bytes.count else { return message }
            return try framed(buffer)
        } catch {
            throw RPCError(code: .resourceExhausted, message: "a message cannot be compressed: \(error)", cause: error)
        }
    }

    /// A typed-throws seam: a compressed buffer is no longer than one that was framed before, so it always fits.
    private static func framed(_ buffer: [UInt8]) throws(CompressionError) -> FramedMessage {
        do throws(RPCError) {
            return try FramedMessage(bufferWithPrefixRoom: buffer, isCompressed: true)
        } catch {
            throw .tooLarge(limit: Int(UInt32.max))
        }
    }

    /// The payload of a compressed message. Throws `RESOURCE_EXHAUSTED` for one over `limit` bytes, `INTERNAL` for one that is no gzip.
    static func inflate(_ payload: [UInt8], limit: Int) throws(RPCError) -> [UInt8] {
        // An empty payload is an empty message: some stacks set the flag on it all the same.
        guard !payload.isEmpty else { return payload }
        do throws(CompressionError) {
            return try Gzip.inflate(payload, limit: limit)
        } catch {
            switch error {
            case .tooLarge: throw RPCError(code: .resourceExhausted, message: "a message is over the limit of \(limit) bytes once inflated")
            case .malformed: throw RPCError(code: .internal, message: "a compressed message is no whole gzip member", cause: error)
            case .outOfMemory: throw RPCError(code: .resourceExhausted, message: "no memory to inflate a message", cause: error)
            }
        }
    }
}
