/// Messages one way, and how they ended.
final class InProcessPipe: MessageSource, MessageSink {
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
        guard case .enqueued = continuation.yield(InProcessCaller.payload(message)) else {
            throw RPCError(code: .cancelled, message: "the call has ended")
        }
    }

    func end(_ error: RPCError?) { continuation.finish(throwing: error) }
}
