internal import SampanRPC

/// What `open` hands out: the call goes on for as long as somebody holds this, and so does its channel.
final class OpenStream<Call: RunningCall>: ClientStream {
    private let call: Call
    private let channel: ClientChannel
    /// Bytes of the largest payload that may be sent.
    private let maximumRequestBytes: Int

    init(call: Call, channel: ClientChannel, maximumRequestBytes: Int) {
        self.call = call
        self.channel = channel
        self.maximumRequestBytes = maximumRequestBytes
    }

    deinit {
        // The session holds the call itself, so its end must be asked for. No effect on a call that has ended.
        call.cancel()
    }

    func nextNow() throws(RPCError) -> MessageAtHand { try call.nextNow() }
    func next() async throws(RPCError) -> [UInt8]? { try await call.next() }

    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool {
        try CallPlan.check(message, maximumRequestBytes)
        return try call.sendNow(message)
    }

    func send(_ message: FramedMessage) async throws(RPCError) {
        try CallPlan.check(message, maximumRequestBytes)
        try await call.send(message)
    }

    func finish() async { await call.finish() }
    func cancel() { call.cancel() }
    func initialMetadata() async throws(RPCError) -> Metadata { try await call.initialMetadata() }
    var trailingMetadata: Metadata { call.trailingMetadata }
}
