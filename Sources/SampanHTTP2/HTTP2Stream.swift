/// One stream of a session: takes what arrives, holds what is to be sent.
///
/// Subclassed once per role by the transport. Confined to the thread of its session, like everything here; the session
/// owns it from its first header until `closed`, which is called exactly once.
open class HTTP2Stream {
    /// RFC 9113 §5.1.1; 0 before the stream is on its session.
    public internal(set) final var id: Int32 = 0

    // Unchecked as in the session: nothing that the queue calls comes back to it.
    @exclusivity(unchecked) final var outbound = OutboundQueue()
    @exclusivity(unchecked) package final var receiveWindow = ReceiveWindow()
    /// Whether nghttp2 has asked for data and found none, so that it must be woken.
    final var isDeferred = false
    final var isClosed = false
    // Links of the session's list of live streams: the list owns, `previous` only points back.
    final var next: HTTP2Stream?
    final unowned(unsafe) var previous: HTTP2Stream?

    public init() {}

    /// Bytes that were handed over and not yet given to the session.
    public final var outboundBytes: Int { unsafe outbound.byteCount }

    /// One field of the head or of the trailers. Return false to have the stream reset with INTERNAL_ERROR.
    open func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool { true }
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

    private var buffers: [[UInt8]] = []
    private var firstIndex = 0
    private var offset = 0
    private(set) var byteCount = 0
    var ending = Ending.open

    var isEmpty: Bool { byteCount == 0 }

    mutating func append(_ buffer: [UInt8]) {
        guard !buffer.isEmpty else { return }
        byteCount += buffer.count
        buffers.append(buffer)
    }

    /// Moves up to `destination.count` bytes out, across buffers, so that small messages share a DATA frame.
    mutating func take(into destination: UnsafeMutableRawBufferPointer) -> Int {
        var written = 0
        while firstIndex < buffers.count, written < destination.count {
            let available = buffers[firstIndex].count - offset
            let count = min(available, destination.count - written)
            unsafe buffers[firstIndex].withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: destination[written..<written + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[offset..<offset + count]))
            }
            written += count
            offset += count
            if count == available { dropFirst() }
        }
        byteCount -= written
        return written
    }

    private mutating func dropFirst() {
        offset = 0
        firstIndex += 1
        if firstIndex == buffers.count {
            buffers.removeAll(keepingCapacity: buffers.count < 64)
            firstIndex = 0
        } else if firstIndex >= 64 {
            buffers.removeFirst(firstIndex)
            firstIndex = 0
        } else {
            buffers[firstIndex - 1] = []
        }
    }
}
