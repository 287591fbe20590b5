/// Anything that calls can be made on: a connection, a channel over many connections, a test double. Stubs use only this.
public protocol Caller: Sendable {
    /// One message there, one back. Throws the status of a call that did not end well.
    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply

    /// Opens a call with any number of messages each way. Returns as soon as the call is on its way.
    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream
}

/// What came back for a unary call.
public struct UnaryReply: Sendable {
    /// Payload of the one message.
    public var message: [UInt8]
    public var initialMetadata: Metadata
    public var trailingMetadata: Metadata

    public init(message: [UInt8], initialMetadata: Metadata, trailingMetadata: Metadata) {
        self.message = message
        self.initialMetadata = initialMetadata
        self.trailingMetadata = trailingMetadata
    }
}

/// The client's half of an open call. Cancelled when its last reference goes before the call has ended.
public protocol ClientStream: MessageSource, MessageSink {
    /// Says that no further message will be sent (half-close). Sending afterwards throws.
    func finish() async
    /// Ends the call at once, on both sides. No effect after its end.
    func cancel()
    /// What the server sent before its first message; waits for it.
    func initialMetadata() async throws(RPCError) -> Metadata
    /// What the server sent with the status; empty before the end of the call.
    var trailingMetadata: Metadata { get }
}
