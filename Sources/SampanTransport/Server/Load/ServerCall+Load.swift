internal import SampanHTTP2
internal import SampanRPC

extension ServerCall {
    /// Counts the call on the account of whoever made it; false where it has ended, refused. Before its body is read.
    func enter(_ method: MethodDescriptor, _ caller: Peer) -> Bool {
        unsafe connection.account(method, caller)._withUnsafeGuaranteedRef { enter($0) }
    }

    private func enter(_ account: CallAccount) -> Bool {
        priority = unsafe head.priority.map { min($0, connection.highestPriority) } ?? account.priority
        if account.isExempt {
            rank = CallRank.highest
            return true
        }
        let isRetry = unsafe head.previousAttempts > 0
        switch load.enter(account, priority, isRetry: isRetry, now: loop.nowNanoseconds) {
        case .taken(let rank):
            self.rank = rank
            unsafe charged = Unmanaged.passUnretained(account.caller)
            return true
        case .refused(let refusal, let wait):
            if refusal == .overload, unsafe loop.callRecorder?.takesRefusal(at: loop.nowNanoseconds) != true {
                refuseForOthers(wait)
            } else {
                end(refusal.error(wait: wait))
            }
            return false
        }
    }

    /// An overloaded server refuses more calls than it serves: their answer is made beforehand.
    private func refuseForOthers(_ wait: Int64) {
        session.noteWork(frames: Self.workOfFailure)
        session.submitResponseOnly(OverloadAnswers.shared[wait], stream: self)
        connection.markDirty()
        finishState()
        report(.unavailable)
    }
}
