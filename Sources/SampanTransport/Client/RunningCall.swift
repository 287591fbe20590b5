internal import SampanRPC

/// What a caller holds of a call, however often it is made. From any task.
protocol RunningCall: Sendable {
    func next() async throws(RPCError) -> [UInt8]?
    func send(_ message: FramedMessage) async throws(RPCError)
    func finish() async
    func cancel()
    func initialMetadata() async throws(RPCError) -> Metadata
    var trailingMetadata: Metadata { get }
}

extension RunningCall {
    /// The answer of a unary call, whose request is on its way.
    func unaryReply(_ method: MethodDescriptor) async throws(RPCError) -> UnaryReply {
        guard let message = try await next() else {
            throw RPCError(code: .internal, message: "\(method) answered OK without a message")
        }
        guard try await next() == nil else {
            cancel()
            throw RPCError(code: .internal, message: "\(method) answered with more than one message")
        }
        return UnaryReply(message: message, initialMetadata: try await initialMetadata(), trailingMetadata: trailingMetadata)
    }
}

extension ClientCall: RunningCall {}
