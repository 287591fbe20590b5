/// Decides over the attempts of one call. Sans-IO; attempts are numbered from 0.
package protocol AttemptMachine: Sendable {
    /// The call begins.
    mutating func begin() -> [AttemptAction]
    /// The head of an answer has come.
    mutating func receivedHead(of attempt: Int) -> [AttemptAction]
    /// An attempt has ended; also one that the call is committed to.
    mutating func ended(_ attempt: Int, with end: AttemptEnd, throttle: inout RetryThrottle?, random: inout JitterRandom)
        -> [AttemptAction]
    /// The time of the last `.wait` has passed.
    mutating func waited(throttle: RetryThrottle?) -> [AttemptAction]
    /// What was sent no longer fits what may be kept for another attempt.
    mutating func bufferFilled() -> [AttemptAction]
}

/// What is to be done with the attempts of a call.
package enum AttemptAction: Sendable, Hashable {
    /// Make attempt number so-and-so.
    case start(Int)
    /// Come back after so long, instead of any time named before.
    case wait(Duration)
    /// What becomes of this attempt becomes of the call; all others are cancelled, nothing is waited for.
    case commit(Int)
}

/// How an attempt ended.
package struct AttemptEnd: Sendable, Hashable {
    package let code: StatusCode
    package let pushback: Pushback?

    package init(_ code: StatusCode, pushback: Pushback? = nil) {
        self.code = code
        self.pushback = pushback
    }
}
