internal import SampanHTTP2
internal import SampanRPC

extension ServerCall {
    /// Counts the call on the account of whoever made it; false where it has ended, refused. Before its body is read.
    func enter(_ method: MethodDescriptor, _ caller: Peer) -> Bool {
        let account = connection.account(method, caller)
        priority = unsafe head.priority.map { min($0, connection.highestPriority) } ?? account.priority
        if account.isExempt {
            rank = CallRank.highest
            return true
        }
        let isRetry = unsafe head.previousAttempts > 0
        switch connection.load.enter(account, priority, isRetry: isRetry, now: loop.nowNanoseconds) {
        case .taken(let rank):
            self.rank = rank
            charged = account
            return true
        case .refused(let refusal, let wait):
            if refusal == .overload { refuseForOthers(wait) } else { end(refusal.error(wait: wait)) }
            return false
        }
    }

    /// An overloaded server refuses more calls than it serves: their answer is made beforehand.
    private func refuseForOthers(_ wait: Int64) {
        connection.session.noteWork(frames: Self.workOfFailure)
        connection.session.submitResponseOnly(OverloadAnswers.shared[wait], stream: self)
        connection.markDirty()
        finishState()
        report(.unavailable)
    }
}
