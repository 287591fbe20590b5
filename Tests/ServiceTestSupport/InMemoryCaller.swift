package import SampanRPC
internal import Synchronization

/// Calls that never leave the process: stubs on one side, handlers on the other, interceptors between, errors translated as the
/// server does.
package struct InMemoryCaller: Caller {
    private let handlers: [String: MethodHandler]
    private let interceptors: [any CallInterceptor]
    private let peer: Peer

    package init(_ services: [any RPCService], as identity: PeerIdentity?, interceptors: [any CallInterceptor] = []) {
        handlers = Dictionary(services.flatMap(\.methodHandlers).map { ($0.method.path, $0) }) { first, _ in first }
        self.interceptors = interceptors
        peer = Peer(address: "127.0.0.1:1", identity: identity)
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
        let (requests, responses) = (InMemoryPipe(), InMemoryPipe())
        let task = Task {
            do {
                try await CallContext.$current.withValue(context) { try await body(requests, responses, context) }
                responses.end(nil)
            } catch {
                responses.end(RPCError(translating: error))
            }
        }
        return InMemoryStream(requests: requests, responses: responses, task: task)
    }

    private func admit(_ method: MethodDescriptor, _ options: CallOptions) throws(RPCError) -> (MethodHandler, CallContext) {
        guard let handler = handlers[method.path] else { throw RPCError(code: .unimplemented, message: "\(method) is not served") }
        let context = CallContext(
            method: method, peer: peer, requestMetadata: options.metadata, deadline: .now + (options.timeout ?? .seconds(3_600)))
        for interceptor in interceptors { try interceptor.admit(context) }
        return (handler, context)
    }

    fileprivate static func payload(_ message: FramedMessage) -> [UInt8] { Array(message.bytes.dropFirst(FramedMessage.prefixLength)) }
}

/// Messages one way, and how they ended.
private final class InMemoryPipe: MessageSource, MessageSink {
    private let stream: AsyncThrowingStream<[UInt8], any Error>
    private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

    init() { (stream, continuation) = AsyncThrowingStream.makeStream() }

    func next() async throws(RPCError) -> [UInt8]? {
        do {
            var iterator = stream.makeAsyncIterator()
            let message = try await iterator.next()
            if message == nil, Task.isCancelled { throw RPCError(code: .cancelled, message: "the reader was cancelled") }
            return message
        } catch {
            throw RPCError(translating: error)
        }
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        guard case .enqueued = continuation.yield(InMemoryCaller.payload(message)) else {
            throw RPCError(code: .cancelled, message: "the call has ended")
        }
    }

    func end(_ error: RPCError?) { continuation.finish(throwing: error) }
}

/// The client's half of a call. Cancels the handler with its last reference, as a connection does.
private final class InMemoryStream: ClientStream {
    private let requests: InMemoryPipe
    private let responses: InMemoryPipe
    private let task: Task<Void, Never>

    init(requests: InMemoryPipe, responses: InMemoryPipe, task: Task<Void, Never>) {
        (self.requests, self.responses, self.task) = (requests, responses, task)
    }

    deinit { task.cancel() }

    var trailingMetadata: Metadata { Metadata() }
    func next() async throws(RPCError) -> [UInt8]? { try await responses.next() }
    func send(_ message: FramedMessage) async throws(RPCError) { try await requests.send(message) }
    func finish() async { requests.end(nil) }
    func initialMetadata() async throws(RPCError) -> Metadata { Metadata() }

    func cancel() {
        task.cancel()
        responses.end(RPCError(code: .cancelled, message: "cancelled by the client"))
    }
}
