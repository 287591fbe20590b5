/// What every call of a channel is held to, in bytes: the few numbers that a call takes from its configuration.
struct CallLimits {
    /// Largest answer message, where the call names no other.
    var messageBytes: Int
    /// Requests that may wait before their sender does.
    var requestBufferBytes: Int
    /// Requests kept to be sent again.
    var replayBufferBytes: Int
}
