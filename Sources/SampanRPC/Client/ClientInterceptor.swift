import Synchronization

/// What a node does for every call it makes: metadata, a shorter deadline, metrics, traces.
///
/// Called once a call, not once an attempt: retries, hedges and transparent retries all stand behind one call. Must not block.
public protocol ClientInterceptor: Sendable {
    /// Before anything is sent, in the order of the channel's list, in the task that makes the call. Throwing fails the call with that
    /// status; nothing is sent then, and the interceptors before this one hear of the end.
    func begin(_ call: OutgoingCall) throws(RPCError)
    /// After the end, in the same order, with the status that the server sent or this side ended the call with. On the event loop, or in
    /// the task of a call that another interceptor refused.
    func finished(_ call: OutgoingCall, _ code: StatusCode, duration: Duration)
}

extension ClientInterceptor {
    public func finished(_ call: OutgoingCall, _ code: StatusCode, duration: Duration) {}
}

/// A call that is about to be made, as interceptors see it. Safe from any task; one object for the life of the call.
public final class OutgoingCall: Sendable {
    public let method: MethodDescriptor
    private let state: Mutex<CallOptions>

    package init(method: MethodDescriptor, options: CallOptions) {
        self.method = method
        state = Mutex(options)
    }

    /// What the call is made with; changes after `begin` have no effect.
    public var options: CallOptions { state.withLock { $0 } }

    /// Adds to what is sent before the first message.
    public func addMetadata(_ metadata: Metadata) {
        state.withLock { $0.metadata.entries += metadata.entries }
    }

    /// Gives the call less time; more than it had has no effect.
    public func limitTimeout(to timeout: Duration) {
        state.withLock { $0.timeout = min($0.timeout ?? timeout, timeout) }
    }
}
