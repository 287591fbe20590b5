/// One attempt after the other until one counts (gRFC A6, Retry Policy).
///
/// ```
/// attempting ──retryable status──► waiting ──time──► attempting
///     │ head, other status, last attempt, throttled,     (a buffer that filled meanwhile: the next attempt counts)
///     ▼ pushback "never", buffer filled
/// committed
/// ```
package struct RetryMachine: AttemptMachine {
    private enum State: Sendable { case attempting, waiting, committed }

    private let policy: RetryPolicy
    private var state = State.attempting
    private var attempt = 0
    /// The next wait, without jitter.
    private var backoff: Duration
    private var isBufferFull = false

    package init(_ policy: RetryPolicy) {
        self.policy = policy
        backoff = min(policy.initialBackoff, policy.maximumBackoff)
    }

    package mutating func begin() -> [AttemptAction] { [.start(0)] }

    package mutating func receivedHead(of attempt: Int) -> [AttemptAction] { commit() }

    package mutating func ended(
        _ attempt: Int, with end: AttemptEnd, throttle: inout RetryThrottle?, random: inout JitterRandom
    ) -> [AttemptAction] {
        if end.code == .ok {
            throttle?.succeeded()
            return commit()
        }
        let isRetryable = policy.retryableCodes.contains(end.code)
        if isRetryable || end.pushback == .never { throttle?.failed() }
        guard state == .attempting, isRetryable, end.pushback != .never, self.attempt + 1 < policy.maximumAttempts,
            throttle?.isThrottled != true
        else { return commit() }
        state = .waiting
        return [.wait(nextWait(end.pushback, &random))]
    }

    package mutating func waited(throttle: RetryThrottle?) -> [AttemptAction] {
        guard state == .waiting else { return [] }
        state = .attempting
        attempt += 1
        return [.start(attempt)] + (isBufferFull ? commit() : [])
    }

    package mutating func bufferFilled() -> [AttemptAction] {
        isBufferFull = true
        return state == .attempting ? commit() : []
    }

    private mutating func commit() -> [AttemptAction] {
        guard state != .committed else { return [] }
        state = .committed
        return [.commit(attempt)]
    }

    /// A wait that the server asked for also starts the exponential ones anew (gRFC A6).
    private mutating func nextWait(_ pushback: Pushback?, _ random: inout JitterRandom) -> Duration {
        if case .after(let wait) = pushback {
            backoff = min(policy.initialBackoff, policy.maximumBackoff)
            return wait
        }
        defer { backoff = min(backoff * policy.backoffMultiplier, policy.maximumBackoff) }
        return random.jittered(backoff)
    }
}
