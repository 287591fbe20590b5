/// Takes the body of a call apart into messages (gRPC PROTOCOL-HTTP2, Length-Prefixed-Message), whatever the cuts.
///
/// The limit is checked on the length prefix, before anything is buffered.
package struct MessageDeframer: Sendable {
    /// Largest payload accepted, in bytes; changed only before the first byte, when it is known whose messages they are.
    package var maximumPayload: Int

    /// Whether the head has named an encoding, so that messages may say that they are compressed.
    package var takesCompressed = false
    /// Whether the payload that `next` returned last is compressed. Inflating it within the limit is up to the transport.
    package private(set) var isCompressed = false

    private var prefix: UInt64 = 0
    private var prefixCount = 0
    private var payload: [UInt8] = []
    private var missing = 0

    /// What is set aside at most on the word of a prefix; the rest grows as bytes come, so that a lying prefix costs nothing.
    private static let trustedReserve = 64 * 1_024

    package init(maximumPayload: Int) {
        self.maximumPayload = maximumPayload
    }

    /// Whether the body could end here. Mutating: any other getter of another module is called with a copy, inlinable or not.
    package var isBetweenMessages: Bool { mutating get { prefixCount == 0 } }

    /// Bytes kept of a message that is not whole yet.
    package private(set) var heldBytes = 0

    /// Takes bytes from `offset` on and moves it; returns a payload when one is complete, nil when `data` is used up.
    ///
    /// Throws `RESOURCE_EXHAUSTED` for a payload over the limit and `INTERNAL` for a compressed one without an encoding; the call is
    /// over then.
    package mutating func next(_ data: RawSpan, from offset: inout Int) throws(RPCError) -> [UInt8]? {
        if prefixCount == 0, data.byteCount - offset >= 8 {
            // The whole prefix, as nearly always, and three bytes of what follows.
            prefix = data.word(at: offset) >> 24
            offset += FramedMessage.prefixLength
            prefixCount = FramedMessage.prefixLength
            try begin()
        }
        while prefixCount < FramedMessage.prefixLength {
            guard offset < data.byteCount else { return nil }
            prefix = prefix << 8 | UInt64(data.byte(at: offset))
            offset += 1
            prefixCount += 1
            if prefixCount == FramedMessage.prefixLength { try begin() }
        }
        let count = min(missing, data.byteCount - offset)
        payload.append(copying: data, from: offset, count: count)
        offset += count
        missing -= count
        heldBytes = missing == 0 ? 0 : payload.count
        guard missing == 0 else { return nil }
        prefix = 0
        prefixCount = 0
        let message = payload
        payload = []
        return message
    }

    private mutating func begin() throws(RPCError) {
        let length = Int(truncatingIfNeeded: prefix & 0xFFFF_FFFF)
        switch prefix >> 32 {
        case 0: isCompressed = false
        case 1 where takesCompressed: isCompressed = true
        case 1: throw RPCError(code: .internal, message: "a compressed message came without an agreed encoding")
        default: throw RPCError(code: .internal, message: "the compressed flag of a message is neither 0 nor 1")
        }
        guard length <= maximumPayload else {
            throw RPCError(
                code: .resourceExhausted, message: "a message of \(length) bytes is over the limit of \(maximumPayload) bytes")
        }
        missing = length
        payload.reserveCapacity(min(length, Self.trustedReserve))
    }
}
