public import SampanProtobuf
public import SampanRPC

/// Where the messages of a call go. One task writes at a time.
public struct MessageWriter<Element: Message>: Sendable {
    @usableFromInline let sink: any MessageSink

    @usableFromInline
    init(_ sink: any MessageSink) { self.sink = sink }

    /// Sends one message; suspends while the other side takes no more. Throws when the call has ended, with its status where known.
    @inlinable
    public func send(_ message: Element) async throws(RPCError) {
        let frame = try message.framed()
        if try sink.sendNow(frame) { return }
        try await sink.send(frame)
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
    /// For generated code: the message with its gRPC prefix, encoded in one go. Throws when it cannot be encoded.
    @inlinable
    public func framed() throws(RPCError) -> FramedMessage {
        let buffer: [UInt8]
        do throws(ProtobufError) {
            buffer = try serialized(prefixLength: FramedMessage.prefixLength)
        } catch {
            throw RPCError(encoding: Self.protoName, error)
        }
        return try FramedMessage(bufferWithPrefixRoom: buffer)
    }
}
