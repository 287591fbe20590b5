/// Several attempts at once, the first answer counts (gRFC A6, Hedging Policy).
///
/// ```
/// hedging: start one, and another after each delay, or at once after a non-fatal status
///     │ head of one, fatal status of one, or the last one has failed
///     ▼
/// committed
/// ```
package struct HedgingMachine: AttemptMachine {
    private let policy: HedgingPolicy
    private var started = 0
    private var live: Set<Int> = []
    /// The server, the throttle or the buffer forbids any more.
    private var isClosed = false
    private var isCommitted = false
    /// The buffer filled while nothing was under way: the next attempt is the last.
    private var commitsNext = false

    package init(_ policy: HedgingPolicy) { self.policy = policy }

    package mutating func begin() -> [AttemptAction] { startNext() }

    package mutating func receivedHead(of attempt: Int) -> [AttemptAction] { commit(attempt) }

    package mutating func ended(
        _ attempt: Int, with end: AttemptEnd, throttle: inout RetryThrottle?, random: inout JitterRandom
    ) -> [AttemptAction] {
        live.remove(attempt)
        if end.code == .ok {
            throttle?.succeeded()
            return commit(attempt)
        }
        let isFatal = !policy.nonFatalCodes.contains(end.code)
        if !isFatal || end.pushback == .never { throttle?.failed() }
        if isFatal { return commit(attempt) }
        if end.pushback == .never || throttle?.isThrottled == true { isClosed = true }
        guard mayStart else { return live.isEmpty ? commit(attempt) : [] }
        if case .after(let wait) = end.pushback, wait > .zero { return [.wait(wait)] }
        return startNext()
    }

    package mutating func waited(throttle: RetryThrottle?) -> [AttemptAction] {
        if throttle?.isThrottled == true, !live.isEmpty { isClosed = true }
        guard mayStart else { return [] }
        guard commitsNext else { return startNext() }
        started += 1
        return [.start(started - 1)] + commit(started - 1)
    }

    package mutating func bufferFilled() -> [AttemptAction] {
        if let first = live.min() { return commit(first) }
        commitsNext = true
        return []
    }

    private var mayStart: Bool { !isClosed && !isCommitted && started < policy.maximumAttempts }

    /// One attempt, or all that are left where they need not wait for one another.
    private mutating func startNext() -> [AttemptAction] {
        var actions: [AttemptAction] = []
        repeat {
            actions.append(.start(started))
            live.insert(started)
            started += 1
        } while mayStart && policy.delay == .zero
        return mayStart ? actions + [.wait(policy.delay)] : actions
    }

    private mutating func commit(_ attempt: Int) -> [AttemptAction] {
        guard !isCommitted else { return [] }
        isCommitted = true
        return [.commit(attempt)]
    }
}
