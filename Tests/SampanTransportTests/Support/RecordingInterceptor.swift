import SampanRPC
import SampanTransport
import Synchronization

/// Notes every call; refuses the methods it is told to.
final class RecordingInterceptor: CallInterceptor {
    private let notes = Mutex<(admitted: [String], finished: [StatusCode])>(([], []))
    private let refused: Set<String>
    /// One element for every end of a call.
    let ends: AsyncStream<StatusCode>
    private let continuation: AsyncStream<StatusCode>.Continuation

    init(refusing refused: Set<String> = []) {
        self.refused = refused
        (ends, continuation) = AsyncStream.makeStream(of: StatusCode.self)
    }

    var admitted: [String] { notes.withLock { $0.admitted } }
    var finished: [StatusCode] { notes.withLock { $0.finished } }

    func admit(_ context: CallContext) throws(RPCError) {
        notes.withLock { $0.admitted.append(context.method.name) }
        if refused.contains(context.method.name) { throw RPCError(code: .permissionDenied, message: "not you") }
    }

    func finished(_ context: CallContext, _ code: StatusCode, duration: Duration) {
        notes.withLock { $0.finished.append(code) }
        continuation.yield(code)
    }
}
