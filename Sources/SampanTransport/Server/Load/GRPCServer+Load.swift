extension GRPCServer {
    /// Calls that were refused for the load of their caller or of the server. From any task.
    public var refusedCalls: RefusedCalls { state.refusals.current }

    /// Tells the server of a queue that its handlers wait in and that it does not see, as that of a storage's writer: `wait` is how long
    /// what came out of it last had been in it. Above `LoadLimits.queueingLimit` calls are refused as for a queue of the server's own. Once
    /// for each batch is often enough. From any task.
    public func note(queueing wait: Duration) {
        let wait = wait.clampedNanoseconds
        for loop in group.loops {
            loop.perform { [state] in state.load(on: loop)?.note(queueing: wait) }
        }
    }
}
