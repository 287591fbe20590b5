internal import SampanRPC
internal import Synchronization

/// What one caller does at a server, over all its connections and all loops. Safe from any thread.
final class CallerAccount: Sendable {
    /// For its place among callers of the same priority.
    let hash: UInt64
    private let callsAtOnce: Int
    /// Full, as the rate begins; nil where there is no rate.
    private let bucket: TokenBucket?
    /// `TokenBucket.fullAt`.
    private let fullAt = Atomic<Int64>(.min)
    private let open = Atomic<Int>(0)

    init(_ name: String, _ limits: LoadLimits) {
        hash = CallRank.hash(name)
        callsAtOnce = limits.callsAtOnce > 0 ? limits.callsAtOnce : .max
        bucket = limits.callsPerSecond > 0 ? TokenBucket(rate: limits.callsPerSecond, burst: limits.burst) : nil
    }

    /// Calls that are open now.
    var openCalls: Int { open.load(ordering: .relaxed) }

    /// Takes a call's token of the rate. Returns 0, or after how many nanoseconds there is one.
    func takeToken(at now: Int64) -> Int64 {
        guard var bucket else { return 0 }
        var seen = fullAt.load(ordering: .relaxed)
        while true {
            bucket.fullAt = seen
            let wait = bucket.take(at: now)
            guard wait == 0 else { return wait }
            let (isDone, current) = fullAt.compareExchange(expected: seen, desired: bucket.fullAt, ordering: .relaxed)
            if isDone { return 0 }
            seen = current
        }
    }

    /// Counts a call as open; false where there are as many as there may be.
    func enter() -> Bool {
        guard open.add(1, ordering: .relaxed).newValue <= callsAtOnce else {
            open.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    /// Undoes `enter`: the call has ended.
    func leave() { open.subtract(1, ordering: .relaxed) }

    /// Whether forgetting it changes nothing: no call is open, and the bucket is full again.
    func isIdle(at now: Int64) -> Bool { openCalls == 0 && fullAt.load(ordering: .relaxed) <= now }
}
