import SampanRPC
import Synchronization

/// Calls handlers in this process, without a transport: bytes in, bytes out, statuses as a server would translate them.
struct InMemoryCaller: Caller {
    let handlers: [String: MethodHandler]
    /// How often a stream was cancelled before its end.
    let cancellations = Counter()

    init(_ services: any RPCService...) {
        handlers = Dictionary(uniqueKeysWithValues: services.flatMap(\.methodHandlers).map { ($0.method.path, $0) })
    }

    func unary(_ method: MethodDescriptor, _ request: FramedMessage, _ options: CallOptions) async throws(RPCError) -> UnaryReply {
        guard let handler = handlers[method.path], case .unary(let body) = handler.body else {
            throw RPCError(code: .unimplemented, message: "\(method)")
        }
        let context = Self.context(method, options)
        do {
            let answer = try await body(Array(request.bytes.dropFirst(FramedMessage.prefixLength)), context)
            return UnaryReply(
                message: Array(answer.bytes.dropFirst(FramedMessage.prefixLength)), initialMetadata: context.requestMetadata,
                trailingMetadata: Metadata())
        } catch {
            throw RPCError(translating: error)
        }
    }

    func open(_ method: MethodDescriptor, _ options: CallOptions) async throws(RPCError) -> any ClientStream {
        guard let handler = handlers[method.path], case .streaming(let body) = handler.body else {
            throw RPCError(code: .unimplemented, message: "\(method)")
        }
        let (requests, responses) = (Mailbox(), Mailbox())
        let context = Self.context(method, options)
        Task {
            do {
                try await body(requests, responses, context)
                responses.close(nil)
            } catch {
                responses.close(RPCError(translating: error))
            }
        }
        return InMemoryStream(requests, responses, cancellations)
    }

    private static func context(_ method: MethodDescriptor, _ options: CallOptions) -> CallContext {
        CallContext(method: method, peer: Peer(address: "memory"), requestMetadata: options.metadata, deadline: .now + .seconds(60))
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func increment() { count.withLock { $0 += 1 } }
}

/// An unbounded queue of messages with one reader.
final class Mailbox: MessageSource, MessageSink {
    private struct State {
        var messages: [[UInt8]] = []
        var end: RPCError??
        var reader: CheckedContinuation<Void, Never>?
    }
    private let state = Mutex(State())

    func send(_ message: FramedMessage) async throws(RPCError) { try put(Array(message.bytes.dropFirst(FramedMessage.prefixLength))) }

    func put(_ payload: [UInt8]) throws(RPCError) {
        let (reader, end) = state.withLock { state in
            if state.end == nil { state.messages.append(payload) }
            defer { state.reader = nil }
            return (state.reader, state.end)
        }
        reader?.resume()
        if let end { throw end ?? RPCError(code: .internal, message: "sent after the end") }
    }

    func close(_ error: RPCError?) {
        state.withLock { state in
            if state.end == nil { state.end = .some(error) }
            defer { state.reader = nil }
            return state.reader
        }?.resume()
    }

    func next() async throws(RPCError) -> [UInt8]? {
        while true {
            let (message, end) = state.withLock { state in
                state.messages.isEmpty ? (nil, state.end) : (state.messages.removeFirst(), nil)
            }
            if let message { return message }
            if let end {
                if let end { throw end }
                return nil
            }
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state in
                    if !state.messages.isEmpty || state.end != nil { return true }
                    state.reader = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        }
    }
}

final class InMemoryStream: ClientStream {
    private let requests: Mailbox
    private let responses: Mailbox
    private let cancellations: Counter
    private let isOver = Mutex(false)

    init(_ requests: Mailbox, _ responses: Mailbox, _ cancellations: Counter) {
        self.requests = requests
        self.responses = responses
        self.cancellations = cancellations
    }
    deinit { cancel() }

    func send(_ message: FramedMessage) async throws(RPCError) { try await requests.send(message) }
    func next() async throws(RPCError) -> [UInt8]? {
        do throws(RPCError) {
            let message = try await responses.next()
            if message == nil { isOver.withLock { $0 = true } }
            return message
        } catch {
            isOver.withLock { $0 = true }
            throw error
        }
    }
    func finish() async { requests.close(nil) }
    func cancel() {
        let wasOver = isOver.withLock { over in
            defer { over = true }
            return over
        }
        guard !wasOver else { return }
        cancellations.increment()
        let error = RPCError(code: .cancelled, message: "cancelled")
        requests.close(error)
        responses.close(error)
    }
    func initialMetadata() async throws(RPCError) -> Metadata { Metadata() }
    var trailingMetadata: Metadata { Metadata() }
}
