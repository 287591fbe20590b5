public import SampanProtobuf
public import SampanRPC

/// Where the messages of a call go. One task writes at a time.
public struct MessageWriter<Element: Message>: Sendable {
    private let sink: any MessageSink

    init(_ sink: any MessageSink) { self.sink = sink }

    /// Sends one message; suspends while the other side takes no more. Throws when the call has ended, with its status where known.
    public func send(_ message: Element) async throws(RPCError) {
        try await sink.send(message.framed())
    }

    /// Sends one message; uncompressed if so wanted, in a call that compresses its messages otherwise.
    public func send(_ message: Element, isCompressible: Bool) async throws(RPCError) {
        var frame = try message.framed()
        frame.isCompressible = isCompressible
        try await sink.send(frame)
    }

    /// On the client: says that no further message follows, before the closure that got this writer returns. No effect on the server.
    public func finish() async { await (sink as? any ClientStream)?.finish() }
}

extension Message {
    /// The message with its gRPC prefix, encoded in one go.
    func framed() throws(RPCError) -> FramedMessage {
        let buffer: [UInt8]
        do throws(ProtobufError) {
            buffer = try serialized(prefixLength: FramedMessage.prefixLength)
        } catch {
            throw RPCError(
                code: error.isLimit ? .resourceExhausted : .internal, message: "\(Self.protoName) cannot be encoded: \(error)",
                cause: error)
        }
        return try FramedMessage(bufferWithPrefixRoom: buffer)
    }
}
