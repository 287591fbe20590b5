/// Messages as they arrive, one payload (without its prefix) at a time.
///
/// One task reads at a time. Back-pressure: the sender may send on only as messages are taken.
public protocol MessageSource: AnyObject, Sendable {
    /// The next payload; nil after the last one of a call that ended well. Throws the status of a call that did not,
    /// and `CANCELLED` when the reading task is cancelled.
    func next() async throws(RPCError) -> [UInt8]?
}

/// Where messages go. One task writes at a time.
public protocol MessageSink: AnyObject, Sendable {
    /// Hands one message over; suspends while the peer's flow control or the local buffer is full.
    /// Throws when the call has ended, with its status where it is known.
    func send(_ message: FramedMessage) async throws(RPCError)
}
