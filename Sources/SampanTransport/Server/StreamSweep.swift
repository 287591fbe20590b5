internal import SampanHTTP2
internal import SampanRPC

/// Asks about every open stream of one loop, and ends those that may not go on, over as many turns as it takes. Loop-confined.
final class StreamSweep: Resumable {
    /// Why a call may not go on; nil where it may.
    typealias Question = @Sendable (CallContext) -> RPCError?

    private let loop: EventLoop
    private let why: Question
    private let alsoUnary: Bool
    private let whenOver: (Int) -> Void
    /// Not looked at yet.
    private var connections: [ServerConnection]
    /// Of the connection that is being looked at. Held, so that none is made another call's in between.
    private var calls: [ServerCall] = []
    private var ended = 0

    /// Calls that are asked about in one turn; one that is ended counts as `questionsPerEnd`. 512, some 0.5 ms.
    private static let questionsPerTurn = 512
    /// 16: trailers are made, and a handler is cancelled.
    private static let questionsPerEnd = 16

    /// `whenOver` is called once, with the number of streams that were ended.
    init(
        _ loop: EventLoop, _ connections: [ServerConnection], alsoUnary: Bool, why: @escaping Question,
        whenOver: @escaping (Int) -> Void
    ) {
        self.alsoUnary = alsoUnary
        self.loop = loop
        self.connections = connections
        self.why = why
        self.whenOver = whenOver
    }

    /// A turn's part of the work.
    func resume() {
        var left = Self.questionsPerTurn
        while left > 0 {
            left -= 1
            if let call = calls.popLast() {
                if ask(call) { left -= Self.questionsPerEnd }
            } else if let connection = connections.popLast() {
                if !connection.connection.isClosed { calls = connection.session.openStreams.compactMap { $0 as? ServerCall } }
            } else {
                return whenOver(ended)
            }
        }
        loop.resumeNextTurn(self)
    }

    /// True when it was ended. A unary call is left alone unless it was asked for: it was admitted, and is soon over.
    private func ask(_ call: ServerCall) -> Bool {
        guard !call.hasEnded, let context = call.context, alsoUnary || context.method.kind != .unary, let reason = why(context) else {
            return false
        }
        call.cut(reason)
        ended += 1
        return true
    }
}
