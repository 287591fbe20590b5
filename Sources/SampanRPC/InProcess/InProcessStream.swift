/// The client's half of a call. Cancels the handler with its last reference, as a connection does.
final class InProcessStream: ClientStream {
    private let requests: InProcessPipe
    private let responses: InProcessPipe
    private let task: Task<Void, Never>

    init(requests: InProcessPipe, responses: InProcessPipe, task: Task<Void, Never>) {
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
