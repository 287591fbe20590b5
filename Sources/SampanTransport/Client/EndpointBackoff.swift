internal import SampanRPC

/// How long to leave an endpoint alone after it failed, or after a connection to it that did not live. Sans-IO.
struct EndpointBackoff {
    /// A connection that lived so long was a good one. 1 s: a server that takes calls and then goes is rarely faster, a server that
    /// says goodbye to everybody always is.
    static let goodLife: Duration = .seconds(1)

    private var backoff: Backoff
    private var shortLives = 0

    init(initial: Duration, maximum: Duration) {
        backoff = Backoff(initial: initial, maximum: maximum)
    }

    /// After a connect that failed.
    mutating func failed(random: inout JitterRandom) -> Duration { backoff.next(using: &random) }

    /// What has failed so far does not count any more.
    mutating func reset() {
        backoff.reset()
        shortLives = 0
    }

    /// After a connection that was ready for `life`. One that went early is replaced at once; several in a row are not, or a server that
    /// ends each connection would keep this side busy.
    mutating func lost(after life: Duration, random: inout JitterRandom) -> Duration {
        if life >= Self.goodLife {
            reset()
            return .zero
        }
        shortLives += 1
        return shortLives == 1 ? .zero : backoff.next(using: &random)
    }
}
