internal import SampanRPC

/// What calls of one caller to one method have in common, on one loop. Loop-confined.
final class CallAccount {
    let caller: CallerAccount
    /// Whether these calls are under no limit.
    let isExempt: Bool
    /// Of a call that claims none.
    let priority: CallPriority
    private let method: MethodDescriptor
    private let peer: Peer
    // Unchecked: the budget calls nothing.
    @exclusivity(unchecked) private var budget: RetryBudget

    init(_ method: MethodDescriptor, _ peer: Peer, _ caller: CallerAccount, _ limits: LoadLimits, now: Int64) {
        (self.method, self.peer, self.caller) = (method, peer, caller)
        isExempt = limits.isExempt(method.service)
        priority = limits.priority(of: method)
        unsafe budget = RetryBudget(percent: limits.retryPercent, minimum: limits.fewestRetries, now: now)
    }

    /// Whether it is that of a method and a caller, as far as one look tells.
    func serves(_ method: MethodDescriptor, _ peer: Peer) -> Bool { self.method.isIdentical(to: method) && self.peer.isIdentical(to: peer) }

    /// A call has come; false for a repetition that there is no room for.
    func takes(isRetry: Bool, at now: Int64) -> Bool { unsafe budget.takes(isRetry: isRetry, at: now) }
}
