package import SampanDomain

/// Which callbacks were taken of late, so that a recorded one is not taken twice. A state machine without a clock.
///
/// ```
/// nonce unknown, time within the window ──► taken, remembered until its time has left the window
/// nonce remembered                      ──► replayed
/// time outside                          ──► stale, so what was forgotten cannot come back
/// no room                               ──► overloaded: the channel repeats, and nothing unexpired is forgotten
/// ```
package struct CallbackWindow: Sendable {
    /// Furthest that a callback's time may be from ours, in seconds, both ways (WeChat Pay: five minutes).
    package static let skewSeconds: Int64 = 300

    /// Callbacks remembered at most. 65,536: 100 a second for the ten minutes that one may stay.
    package let capacity: Int
    private var times: [String: Int64] = [:]
    private var earliest: Int64 = .max

    package init(capacity: Int = 65_536) { self.capacity = capacity }

    package var count: Int { times.count }

    /// Takes a callback. `timestamp` in seconds since 1970. Call it for what is signed alone: others must not fill the room.
    package mutating func take(nonce: String, timestamp: Int64, now: UnixTime) throws(ChannelFault) {
        guard Self.holds(timestamp, now: now) else { throw .staleTimestamp }
        guard times[nonce] == nil else { throw .replayed }
        if times.count >= capacity { forget(now: now) }
        guard times.count < capacity else { throw .overloaded }
        times[nonce] = timestamp
        earliest = min(earliest, timestamp)
    }

    /// Forgets a callback that was taken and could not be kept: the same one may come again.
    package mutating func release(nonce: String) { times[nonce] = nil }

    /// Whether a time is near enough; both ends included.
    package static func holds(_ timestamp: Int64, now: UnixTime) -> Bool {
        let (distance, overflow) = now.seconds.subtractingReportingOverflow(timestamp)
        return !overflow && (-skewSeconds...skewSeconds).contains(distance)
    }

    /// Drops what has left the window; looks through all only when one of them has.
    private mutating func forget(now: UnixTime) {
        guard !Self.holds(earliest, now: now) else { return }
        times = times.filter { Self.holds($0.value, now: now) }
        earliest = times.values.min() ?? .max
    }
}
