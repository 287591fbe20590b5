/// Calls that never leave the process: stubs on one side, handlers on the other, interceptors between, errors translated as the
/// server does. For an admin's command in the authority's own folder, and for tests of services. No flow control: what is not read
/// waits in memory.
package struct InProcessCaller: Caller {
    private let handlers: [String: MethodHandler]
    private let interceptors: [any CallInterceptor]
    private let peer: Peer

    /// - Parameters:
    ///   - identity: whom the services see as the caller; nil for nobody.
    ///   - certificateHash: SHA-256 of the certificate that the services see; empty for none.
    ///   - interceptors: asked before every handler.
    package init(
        _ services: [any RPCService], as identity: PeerIdentity?, certificateHash: [UInt8] = [], interceptors: [any CallInterceptor] = []
    ) {
        handlers = Dictionary(services.flatMap(\.methodHandlers).map { ($0.method.path, $0) }) { first, _ in first }
        self.interceptors = interceptors
        peer = Peer(address: "in-process", identity: identity, certificateHash: certificateHash)
    }

    package func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        let (handler, context) = try admit(method, options)
        guard case .unary(let body) = handler.body else { throw RPCError(code: .unimplemented, message: "\(method) is no unary method") }
        do {
            let answer = try await CallContext.$current.withValue(context) { try await body(Self.payload(request), context) }
            return UnaryReply(
                message: Self.payload(answer), initialMetadata: context.takeInitialMetadata(), trailingMetadata: context.trailingMetadata)
        } catch {
            throw RPCError(translating: error)
        }
    }

    package func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        let (handler, context) = try admit(method, options)
        guard case .streaming(let body) = handler.body else {
            throw RPCError(code: .unimplemented, message: "\(method) is no streaming method")
        }
        let (requests, responses) = (InProcessPipe(), InProcessPipe())
        let task = Task {
            do {
                try await CallContext.$current.withValue(context) { try await body(requests, responses, context) }
                responses.end(nil)
            } catch {
                responses.end(RPCError(translating: error))
            }
        }
        return InProcessStream(requests: requests, responses: responses, task: task)
    }

    private func admit(_ method: MethodDescriptor, _ options: CallOptions) throws(RPCError) -> (MethodHandler, CallContext) {
        guard let handler = handlers[method.path] else { throw RPCError(code: .unimplemented, message: "\(method) is not served") }
        let context = CallContext(
            method: method, peer: peer, requestMetadata: options.metadata, deadline: .now + (options.timeout ?? .seconds(3_600)))
        for interceptor in interceptors { try interceptor.admit(context) }
        return (handler, context)
    }

    static func payload(_ message: FramedMessage) -> [UInt8] { Array(message.bytes.dropFirst(FramedMessage.prefixLength)) }
}
