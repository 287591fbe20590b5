/// One stream of a session: takes what arrives, holds what is to be sent.
///
/// Subclassed once per role by the transport. Confined to the thread of its session, like everything here; the session
/// owns it from its first header until `closed`, which is called exactly once.
@safe open class HTTP2Stream {
    /// RFC 9113 §5.1.1; 0 before the stream is on its session.
    @exclusivity(unchecked) public internal(set) final var id: Int32 = 0

    // Unchecked as in the session: nothing that the queue calls comes back to it.
    @exclusivity(unchecked) final var outbound = OutboundQueue()
    @exclusivity(unchecked) package final var receiveWindow = ReceiveWindow()
    /// Bytes of the body that the head has announced and that have not come; nil when it has announced none.
    @exclusivity(unchecked) final var missingBody: Int64?
    /// Whether nghttp2 has asked for data and found none, so that it must be woken.
    final var isDeferred = false
    final var isClosed = false
    /// Whether the stream ended before its head was given to the wire, so that the peer cannot have seen anything of it (client). Known
    /// when `closed` is called.
    @exclusivity(unchecked) package internal(set) final var neverLeft = false
    // Links of the session's list of open streams, which holds each by one count of its own (`adopt`, `close`).
    @exclusivity(unchecked) final var next: Unmanaged<HTTP2Stream>?
    @exclusivity(unchecked) final var previous: Unmanaged<HTTP2Stream>?

    public init() {}

    /// Makes a stream that has been closed fit for another session, as if it were new (client). What was queued is gone.
    package final func renew() {
        guard isClosed else { return }
        unsafe id = 0
        unsafe outbound = OutboundQueue()
        unsafe receiveWindow = ReceiveWindow()
        unsafe missingBody = nil
        isDeferred = false
        unsafe neverLeft = false
        isClosed = false
    }

    /// Counts bytes of the body; false when there are more than the head has announced.
    final func takesBody(_ count: Int) -> Bool {
        guard let missing = unsafe missingBody else { return true }
        unsafe missingBody = missing - Int64(count)
        return missing >= Int64(count)
    }

    /// Whether the body may end here.
    final var hasWholeBody: Bool { unsafe (missingBody ?? 0) == 0 }

    /// Whether the window is to be looked at once `count` more bytes of the body are given back.
    package final func isWindowDue(after count: Int) -> Bool { unsafe receiveWindow.isDue(after: count) }

    /// Bytes that were handed over and not yet given to the session.
    public final var outboundBytes: Int { unsafe outbound.byteCount }

    /// One field of the head or of the trailers. Return false to have the stream reset with INTERNAL_ERROR.
    open func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool { true }
    /// Whether `keepHead` and `restoreHead` do what they say (server). Then fields that are as in the head before may be left out.
    open var keepsHeads: Bool { false }
    /// Keeps, for all streams of the connection, what the fields so far have come to; in place of what was kept before.
    open func keepHead() {}
    /// Takes up what was kept: as if the fields until then had been received here.
    open func restoreHead() {}
    /// The head or the trailers are complete.
    open func receivedHeaders(endStream: Bool) {}
    /// A part of the body. The flow-control window is given back by `consume` on the session.
    open func received(data: RawSpan) {}
    /// The peer half-closed after data.
    open func receivedEnd() {}
    /// The queue has run empty, and more may be handed over.
    open func outboundDrained() {}
    /// The end, for whatever reason; nothing follows.
    open func closed(_ code: HTTP2ErrorCode) {}
}

/// Bytes waiting for flow control, and what comes after them.
struct OutboundQueue {
    /// What follows the last byte.
    enum Ending {
        /// More bytes may come.
        case open
        /// END_STREAM on the last DATA frame.
        case endStream
        /// A trailer, already chosen, after the last byte.
        case trailers(HeaderBlock)
        case preparedTrailers(HeaderBlock.Prepared)
    }

    /// What is being sent; what waits behind it is kept apart, since an answer is mostly one message.
    private var front: [UInt8] = []
    private var offset = 0
    private var waiting: [[UInt8]] = []
    private var firstWaiting = 0
    private(set) var byteCount = 0
    var ending = Ending.open

    var isEmpty: Bool { byteCount == 0 }

    mutating func append(_ buffer: [UInt8]) {
        guard !buffer.isEmpty else { return }
        if byteCount == 0 {
            front = buffer
            offset = 0
        } else {
            waiting.append(buffer)
        }
        byteCount += buffer.count
    }

    /// Moves up to `destination.count` bytes out, across buffers, so that small messages share a DATA frame.
    mutating func take(into destination: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while byteCount > 0, written < destination.count {
            let count = min(front.count - offset, destination.count - written)
            unsafe front.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: destination[written..<written + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
            }
            written += count
            offset += count
            byteCount -= count
            if offset == front.count { advance() }
        }
        return written
    }

    private mutating func advance() {
        offset = 0
        guard firstWaiting < waiting.count else {
            front = []
            return
        }
        front = waiting[firstWaiting]
        waiting[firstWaiting] = []
        firstWaiting += 1
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.count < 64)
            firstWaiting = 0
        } else if firstWaiting >= 64 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }
}
