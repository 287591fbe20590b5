internal import SampanDomain
internal import SampanRPC

/// Lets the plan's faults happen. How often each has happened is durable, so that a restart does not begin anew.
package struct FaultInjector: Sendable {
    private let plan: FaultPlan
    private let store: ChannelStore
    private let time: SimulatorTime

    package init(plan: FaultPlan, store: ChannelStore, time: SimulatorTime) {
        self.plan = plan
        self.store = store
        self.time = time
    }

    /// Answers a call about an order as the plan wants it answered.
    func answer<Answer: Sendable>(
        _ operation: FaultOperation, of order: OutTradeNo, _ effect: () async throws(ChannelError) -> Answer
    ) async throws -> Answer {
        let fault = try await next(operation, of: order)
        if fault == .fail { throw Self.unreachable }
        let result: Result<Answer, ChannelError>
        do throws(ChannelError) { result = .success(try await effect()) } catch { result = .failure(error) }
        if fault == .lostAnswer { throw Self.unreachable }
        if case .late(let delay) = fault { try await time.sleep(delay) }
        return try result.get()
    }

    /// The fault that happens now, counted; nil for none. At most one at a time.
    func next(_ operation: FaultOperation, of order: OutTradeNo) async throws(ChannelError) -> Fault? {
        for rule in plan.rules(operation, of: order) {
            if case .processing = rule.fault { continue }
            guard let limit = rule.times else { return rule.fault }
            if try await store.useFault(rule.key, of: operation.rawValue, on: order, limit: limit) { return rule.fault }
        }
        return nil
    }

    /// How long a new refund of the order stays PROCESSING.
    func refundDelay(of order: OutTradeNo) -> Duration {
        for rule in plan.rules(.createRefund, of: order) {
            if case .processing(let delay) = rule.fault { return delay }
        }
        return .zero
    }

    /// The caller cannot tell a failure before the effect from a lost answer, as in life.
    private static var unreachable: RPCError {
        RPCError(code: .unavailable, message: "the channel cannot be reached; ask again with the same number")
    }
}
