internal import SampanRPC

/// What a caller holds of a call, however often it is made. From any task.
protocol RunningCall: Sendable {
    func nextNow() throws(RPCError) -> MessageAtHand
    func next() async throws(RPCError) -> [UInt8]?
    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool
    func send(_ message: FramedMessage) async throws(RPCError)
    func finish() async
    func cancel()
    func initialMetadata() async throws(RPCError) -> Metadata
    var trailingMetadata: Metadata { get }
}

extension RunningCall {
    /// The answer of a unary call, whose request is on its way.
    func unaryReply(_ method: MethodDescriptor) async throws(RPCError) -> UnaryReply {
        guard let message = try await next() else { throw Self.noAnswer(method) }
        guard try await next() == nil else {
            cancel()
            throw Self.tooManyAnswers(method)
        }
        return UnaryReply(message: message, initialMetadata: try await initialMetadata(), trailingMetadata: trailingMetadata)
    }

    static func noAnswer(_ method: MethodDescriptor) -> RPCError {
        RPCError(code: .internal, message: "\(method) answered OK without a message")
    }

    static func tooManyAnswers(_ method: MethodDescriptor) -> RPCError {
        RPCError(code: .internal, message: "\(method) answered with more than one message")
    }
}

extension ClientCall: RunningCall {}
