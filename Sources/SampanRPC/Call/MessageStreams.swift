/// Messages as they arrive, one payload (without its prefix) at a time.
///
/// One task reads at a time. Back-pressure: the sender may send on only as messages are taken.
public protocol MessageSource: AnyObject, Sendable {
    /// The next payload; nil after the last one of a call that ended well. Throws the status of a call that did not,
    /// and `CANCELLED` when the reading task is cancelled.
    func next() async throws(RPCError) -> [UInt8]?

    /// What `next` would give at once, if it can be had without waiting; throws as `next` does.
    func nextNow() throws(RPCError) -> MessageAtHand
}

/// Where messages go. One task writes at a time.
public protocol MessageSink: AnyObject, Sendable {
    /// Hands one message over; suspends while the peer's flow control or the local buffer is full.
    /// Throws when the call has ended, with its status where it is known.
    func send(_ message: FramedMessage) async throws(RPCError)

    /// Hands one message over if that needs no waiting; false, and nothing has happened, when it does. Throws as `send` does.
    func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool
}

/// What can be done without waiting is done without an `async` call: in a stream of small messages that call is the dearest part.
extension MessageSource {
    /// Tried before `next`. The default has nothing at once.
    public func nextNow() throws(RPCError) -> MessageAtHand { .none }
}

extension MessageSink {
    /// Tried before `send`. The default takes nothing at once.
    public func sendNow(_ message: FramedMessage) throws(RPCError) -> Bool { false }
}

/// What `MessageSource.nextNow` has found.
public enum MessageAtHand: Sendable {
    /// Nothing now: `next` waits for it.
    case none
    case message([UInt8])
    /// The call has ended well, after its last message.
    case end
}
