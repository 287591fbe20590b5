public import SampanProtobuf
public import SampanRPC

/// Messages of a call as they arrive. Ends after the last one of a call that ended well; throws the status of one that did not.
///
/// One task reads at a time and each message is read once. On the client the call is cancelled when the last reference
/// to its stream goes before the call has ended.
public struct MessageStream<Element: Message>: AsyncSequence, Sendable {
    @usableFromInline let source: any MessageSource
    @usableFromInline let side: CodecSide

    @usableFromInline
    init(_ source: any MessageSource, _ side: CodecSide) {
        self.source = source
        self.side = side
    }

    /// The next message; nil after the last one. Throws the status of the call, or `INTERNAL` for bytes that are no such message.
    @inlinable
    public func next() async throws(RPCError) -> Element? {
        let payload: [UInt8]
        switch try source.nextNow() {
        case .message(let bytes): payload = bytes
        case .end: return nil
        case .none:
            guard let bytes = try await source.next() else { return nil }
            payload = bytes
        }
        do throws(ProtobufError) {
            return try Element(serialized: payload)
        } catch {
            (source as? any ClientStream)?.cancel()
            throw RPCError(decoding: Element.protoName, error, side)
        }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        @usableFromInline let stream: MessageStream

        @inlinable
        public mutating func next() async throws(RPCError) -> Element? { try await stream.next() }

        @inlinable
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(RPCError) -> Element? {
            try await stream.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(stream: self) }
}

extension MessageStream {
    /// On the client: what the server sent before its first message; waits for it. On the server: empty, see `CallContext`.
    public func initialMetadata() async throws(RPCError) -> Metadata {
        guard let stream = source as? any ClientStream else { return Metadata() }
        return try await stream.initialMetadata()
    }

    /// On the client: what the server sent with its status; empty before the end of the call.
    public var trailingMetadata: Metadata { (source as? any ClientStream)?.trailingMetadata ?? Metadata() }

    /// On the client: ends the call at once. No effect after its end, or on the server.
    public func cancel() { (source as? any ClientStream)?.cancel() }
}
