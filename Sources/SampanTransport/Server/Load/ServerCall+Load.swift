internal import SampanRPC

extension ServerCall {
    /// Counts the call on the account of whoever made it; why it is refused, or nil. Before its body is read.
    func enter(_ method: MethodDescriptor, _ caller: Peer) -> RPCError? {
        let account = connection.account(method, caller)
        priority = unsafe head.priority.map { min($0, connection.highestPriority) } ?? account.priority
        if account.isExempt {
            rank = CallRank.highest
            return nil
        }
        let isRetry = unsafe head.previousAttempts > 0
        switch connection.load.enter(account, priority, isRetry: isRetry, now: loop.nowNanoseconds) {
        case .taken(let rank):
            self.rank = rank
            callerAccount = account.caller
            return nil
        case .refused(let error): return error
        }
    }
}
