import SampanRPC

/// Calls services of this very process, without a socket: for commands in the authority's own folder.
struct LocalCaller: Caller {
    private let routes: RouteTable

    /// Throws when two services claim the same method.
    init(_ services: [any RPCService]) throws(RouteError) { routes = try RouteTable(services) }

    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        let context = Self.context(method, options)
        guard case .unary(let body) = try handler(method).body else { throw Self.unknown(method) }
        do {
            let answer = try await body(Self.payload(request), context)
            return UnaryReply(
                message: Self.payload(answer), initialMetadata: context.takeInitialMetadata(), trailingMetadata: context.trailingMetadata)
        } catch {
            throw RPCError(translating: error)
        }
    }

    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        guard case .streaming(let body) = try handler(method).body else { throw Self.unknown(method) }
        let (requests, responses, context) = (LocalPipe(), LocalPipe(), Self.context(method, options))
        let task = Task {
            do {
                try await body(requests, responses, context)
                responses.end(nil)
            } catch {
                responses.end(RPCError(translating: error))
            }
        }
        return LocalStream(requests: requests, responses: responses, task: task)
    }

    private func handler(_ method: MethodDescriptor) throws(RPCError) -> MethodHandler {
        guard let handler = routes[Array(method.path.utf8).span] else { throw Self.unknown(method) }
        return handler
    }

    private static func context(_ method: MethodDescriptor, _ options: CallOptions) -> CallContext {
        CallContext(
            method: method, peer: Peer(address: "here"), requestMetadata: options.metadata,
            deadline: .now + (options.timeout ?? .seconds(3_600)))
    }

    private static func unknown(_ method: MethodDescriptor) -> RPCError {
        RPCError(code: .unimplemented, message: "\(method) is not served here")
    }

    fileprivate static func payload(_ message: FramedMessage) -> [UInt8] { Array(message.bytes.dropFirst(FramedMessage.prefixLength)) }
}

/// Messages one way. What is not read yet waits in memory: a command reads everything.
private final class LocalPipe: MessageSource, MessageSink {
    private let messages: AsyncThrowingStream<[UInt8], any Error>
    private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation

    init() { (messages, continuation) = AsyncThrowingStream.makeStream() }

    func next() async throws(RPCError) -> [UInt8]? {
        do {
            var iterator = messages.makeAsyncIterator()
            let message = try await iterator.next()
            if message == nil, Task.isCancelled { throw RPCError(code: .cancelled, message: "the reader was cancelled") }
            return message
        } catch {
            throw RPCError(translating: error)
        }
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        guard case .enqueued = continuation.yield(LocalCaller.payload(message)) else {
            throw RPCError(code: .cancelled, message: "the call has ended")
        }
    }

    func end(_ error: RPCError?) { continuation.finish(throwing: error) }
}

/// The client's half of a call. Cancels the handler with its last reference, as a connection does.
private final class LocalStream: ClientStream {
    private let requests: LocalPipe
    private let responses: LocalPipe
    private let task: Task<Void, Never>

    init(requests: LocalPipe, responses: LocalPipe, task: Task<Void, Never>) {
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
