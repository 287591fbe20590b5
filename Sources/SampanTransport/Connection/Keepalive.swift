/// When to ask a silent peer whether it is there, and when to give it up (gRPC keepalive.md). Sans-IO: times are handed in, in
/// nanoseconds of the loop's clock.
///
/// listening ──silent for interval──► asked ──anything heard──► listening; or ──nothing for timeout──► dead
struct Keepalive {
    enum Action: Equatable {
        /// Look again after so many nanoseconds.
        case wait(Int64)
        /// Send a ping, and look again after so many nanoseconds.
        case ping(Int64)
        case dead
    }

    private let interval: Int64
    private let timeout: Int64
    private var asked: Int64?

    init(interval: Duration, timeout: Duration) {
        self.interval = max(1, interval.clampedNanoseconds)
        self.timeout = max(1, timeout.clampedNanoseconds)
    }

    /// What to do now. `lastHeard` is when the peer last sent anything at all; `mayPing` is false where a peer would mind.
    mutating func check(now: Int64, lastHeard: Int64, mayPing: Bool) -> Action {
        if let asked, lastHeard < asked {
            return now - asked >= timeout ? .dead : .wait(timeout - (now - asked))
        }
        asked = nil
        let silence = now - lastHeard
        guard silence >= interval else { return .wait(interval - silence) }
        guard mayPing else { return .wait(interval) }
        asked = now
        return .ping(timeout)
    }
}
