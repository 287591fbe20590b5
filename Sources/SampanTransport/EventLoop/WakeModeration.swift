/// Says when a loop does better to wait a moment before it asks its sockets again: interrupt moderation, as network cards have it.
///
/// A peer that streams small messages wakes the loop for every one of them, and each wake-up costs a wait, a read and an acknowledgement
/// of TCP, together more than the message. Where turn after turn brings a little and has nothing to say to it, a loop that has nothing
/// left to do sleeps for `pause` before it waits, and several gather. Whoever waits for an answer is not delayed: a turn that writes
/// counts as much against that as `threshold` that only read.
struct WakeModeration {
    /// How long one pause is, in nanoseconds.
    static let pause: Int64 = 40_000
    /// Turns that only took a little, less those that wrote: from here on there are pauses.
    private static let threshold = 32
    /// So far the count goes: one write, such as a WINDOW_UPDATE, does not end the pauses, two do.
    private static let limit = 2 * threshold
    /// What a turn may bring, in bytes, to count as little. More shows that bytes gather by themselves.
    private static let little = 8 * 1_024
    /// Turns that are further apart than this, in nanoseconds, are left alone: there would be nothing to gather.
    private static let nearWithoutPause: Int64 = 25_000
    private static let nearWithPause: Int64 = 4 * pause

    private var count = 0
    private var bytesRead = 0
    private var hasWritten = false
    private var lastTurn: Int64 = 0

    /// Bytes have come in this turn.
    mutating func noteRead(_ bytes: Int) { bytesRead += bytes }

    /// Something was written in this turn.
    mutating func noteWrite() { hasWritten = true }

    /// Whether to pause before the next wait.
    var isOn: Bool { count >= Self.threshold }

    /// Ends a turn that began at `now`.
    mutating func endTurn(now: Int64) {
        defer {
            bytesRead = 0
            hasWritten = false
            lastTurn = now
        }
        let near = isOn ? Self.nearWithPause : Self.nearWithoutPause
        if hasWritten {
            count = max(0, count - Self.threshold)
        } else if bytesRead == 0 || bytesRead > Self.little || now - lastTurn > near {
            count = 0
        } else {
            count = min(Self.limit, count + 1)
        }
    }
}
