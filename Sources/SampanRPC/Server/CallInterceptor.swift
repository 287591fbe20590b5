/// What a node does for every call it serves: policy before it, audit and metrics after it. Called on the event loop; must not block.
public protocol CallInterceptor: Sendable {
    /// Before the handler; throwing answers the call with that status, and no handler runs.
    func admit(_ context: CallContext) throws(RPCError)
    /// After the end of every call that had a context, with the status it ended with.
    func finished(_ context: CallContext, _ code: StatusCode, duration: Duration)
}

extension CallInterceptor {
    public func finished(_ context: CallContext, _ code: StatusCode, duration: Duration) {}
}
