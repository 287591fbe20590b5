internal import CNghttp2

/// What happens to a session as a whole. Called inside `receive`; may submit, must not call `receive` or `nextOutput`.
package protocol HTTP2SessionDelegate: AnyObject {
    /// The peer opens a stream (server only). Return nil to refuse it with REFUSED_STREAM.
    func makeStream() -> HTTP2Stream?
    /// The peer's first SETTINGS: the connection speaks HTTP/2.
    func receivedSettings(maximumConcurrentStreams: UInt32)
    /// The peer takes no streams above `lastStreamID` any more.
    func receivedGoAway(lastStreamID: Int32, code: HTTP2ErrorCode)
    /// The answer to a ping of ours.
    func receivedPingAck(_ ping: HTTP2Ping?)
}

/// What a ping of ours is for; it comes back in the answer.
package enum HTTP2Ping: UInt8, Sendable {
    /// Whether the peer is there.
    case keepalive = 1
    /// That the peer has seen everything before it.
    case fence = 2
    /// What the line carries in a round trip.
    case bandwidth = 3
}

/// An HTTP/2 session over libnghttp2: bytes in → calls on streams, commands → bytes out. No I/O, no clock.
///
/// One session, one thread. nghttp2's rules (its programmer's guide): never feed or drain inside a callback; commands may
/// be given there and leave with the next `nextOutput`. Streams keep (session, id) and are looked up again by nghttp2, so a
/// command for a stream that has gone is dropped, not a fault: the peer may have reset it meanwhile.
@safe package final class HTTP2Session {
    package enum Role: Sendable { case client, server }

    package let role: Role
    /// Held: the owner sets it to nil when the connection closes. A weak reference to an object slows every other one to it
    /// down (a side table), and this object is touched several times per frame.
    @exclusivity(unchecked) private var owner: (any HTTP2SessionDelegate)?
    package var delegate: (any HTTP2SessionDelegate)? {
        get { unsafe owner }
        set { unsafe owner = newValue }
    }
    /// Streams that are open now.
    @exclusivity(unchecked) package private(set) var streamCount = 0
    /// Bytes of header fields that one head may hold, counted as RFC 9113 §6.5.2 does (name + value + 32).
    let maximumHeaderListSize: Int
    /// Bytes of the head that is being received.
    // Unchecked here and below: an access ends before any other can begin, since nothing it calls comes back to the session, and the
    // runtime's check of that was a tenth of the cost of a call.
    @exclusivity(unchecked) var headerListSize = 0
    /// The highest stream that HEADERS have come for.
    @exclusivity(unchecked) private var newestHead: Int32 = 0
    /// Bytes of all header fields of the piece that is being received, counted the same way.
    @exclusivity(unchecked) private var fieldBytes = 0
    /// What streams have done for it, in frames.
    @exclusivity(unchecked) private var work = 0
    var isHeaderListTooLong: Bool { unsafe headerListSize > maximumHeaderListSize }
    /// Four times what is allowed: no mistake any more, and going through the rest would only burn time.
    var isHeaderListABomb: Bool { unsafe headerListSize > 4 * maximumHeaderListSize }
    /// Bytes of bodies that wait in all streams for windows, or for the socket.
    package var outboundBytes: Int { unsafe waitingBytes }
    // Apart from what other modules read: in these the attribute does not hold.
    @exclusivity(unchecked) var waitingBytes = 0
    /// Bytes of bodies that have left the streams, ever.
    @exclusivity(unchecked) package internal(set) var outboundTaken = 0
    /// When the header block that is being received began; nil when there is none. In the nanoseconds of `receive`.
    package var headersBegan: Int64? { blocks.began }
    private var blocks: BlockWatch
    @exclusivity(unchecked) var budget: FrameBudget
    /// Whether a field has made the request malformed whose head is being received (server).
    @exclusivity(unchecked) var isHeadMalformed = false
    @exclusivity(unchecked) var knownHead = KnownHead()
    private var flood: FloodKind?
    /// Bytes by which the windows of all open streams have grown.
    package var windowGrowth: Int { unsafe grownBytes }
    @exclusivity(unchecked) var grownBytes = 0
    /// Bytes of bodies that have come, ever.
    @exclusivity(unchecked) package private(set) var receivedBytes = 0
    let handle: OpaquePointer
    @exclusivity(unchecked) private var firstStream: Unmanaged<HTTP2Stream>?
    /// The stream that was asked for last: frames of a call mostly come together, and nghttp2's table costs more than looking here.
    @exclusivity(unchecked) private var lastStream: Unmanaged<HTTP2Stream>?
    @exclusivity(unchecked) private var lastStreamID: Int32 = 0
    /// Bytes of bodies whose part of the connection's window has not been given back yet.
    @exclusivity(unchecked) private var receivedBodyBytes = 0
    /// Whether nghttp2 is at work, whose callbacks borrow streams; and the streams that ended all at once meanwhile, kept until it is done.
    @exclusivity(unchecked) private var isInCallbacks = false
    @exclusivity(unchecked) private var ended: [HTTP2Stream] = []

    private let memory: HTTP2Memory

    /// `memory` is shared by the sessions of one thread; without it a session has its own.
    package init(role: Role, settings: HTTP2Settings, memory: HTTP2Memory = HTTP2Memory()) throws(HTTP2Error) {
        self.role = role
        self.memory = memory
        maximumHeaderListSize = Int(settings.maximumHeaderListSize)
        unsafe budget = FrameBudget(settings.limits)
        blocks = BlockWatch(skipping: role == .server ? 24 : 0)
        var option: OpaquePointer?
        guard unsafe nghttp2_option_new(&option) == 0 else { throw .exhausted(text: "nghttp2_option_new") }
        defer { unsafe nghttp2_option_del(option) }
        // Windows are given back when a message is taken, not when bytes arrive: that is the back-pressure.
        unsafe nghttp2_option_set_no_auto_window_update(option, 1)
        // gRPC does not use priorities; without this nghttp2 keeps closed streams for its priority tree.
        unsafe nghttp2_option_set_no_closed_streams(option, 1)
        // `RequestRules` looks at what clients send.
        if case .server = role { unsafe nghttp2_option_set_no_http_messaging(option, 1) }
        unsafe nghttp2_option_set_max_continuations(option, Int(settings.limits.continuations))
        // Answers to PING and SETTINGS that wait because the peer does not read.
        unsafe nghttp2_option_set_max_outbound_ack(option, Int(settings.limits.pings) + Int(settings.limits.settings))
        // Our own count of resets comes first; nghttp2's would end the connection with INTERNAL_ERROR.
        unsafe nghttp2_option_set_stream_reset_rate_limit(option, .max >> 1, 1)
        var handle: OpaquePointer?
        // Copied into the session.
        var table = unsafe memory.table
        let code =
            switch role {
            case .server: unsafe nghttp2_session_server_new3(&handle, HTTP2Callbacks.shared.table, nil, option, &table)
            case .client: unsafe nghttp2_session_client_new3(&handle, HTTP2Callbacks.shared.table, nil, option, &table)
            }
        guard code == 0, let handle = unsafe handle else { throw HTTP2Error(nghttp2: code) }
        unsafe self.handle = handle
        unsafe nghttp2_session_set_user_data(handle, Unmanaged.passUnretained(self).toOpaque())
        try submit(settings)
    }

    deinit {
        unsafe knownHead.clear()
        unsafe nghttp2_session_del(handle)
        // The list's hold on streams that were still open: nobody calls `closed` on them any more, but they go too.
        while let stream = unsafe firstStream {
            unsafe firstStream = stream._withUnsafeGuaranteedRef { unsafe $0.next }
            unsafe stream.release()
        }
    }

    /// Feeds bytes from the peer that came at `now`, in nanoseconds of a clock that never goes back: floods are counted by it.
    /// Throws when the connection cannot go on; drain `nextOutput` once more, then close.
    ///
    /// Returns how many bytes it took: all of them, or fewer when `allowance` is spent. The rest is to be fed in a later turn.
    package func receive(
        _ bytes: UnsafeRawBufferPointer, now: Int64, allowance: inout TurnAllowance
    ) throws(HTTP2Error) -> Int {
        unsafe budget.advance(to: now)
        unsafe isInCallbacks = true
        defer { leaveCallbacks() }
        var (offset, code) = (0, 0)
        while code >= 0, offset < bytes.count, !allowance.isSpent {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
            let most = allowance.nextPiece
            var left = most
            let count = unsafe blocks.follow(piece.bytes, now: now, frames: &left)
            unsafe (fieldBytes, work) = (0, 0)
            code = unsafe nghttp2_session_mem_recv(handle, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), count)
            allowance.spend(frames: unsafe most - left + work, fieldBytes: unsafe fieldBytes)
            offset += count
        }
        if unsafe receivedBodyBytes > 0 {
            _ = unsafe nghttp2_session_consume_connection(handle, receivedBodyBytes)
            unsafe receivedBodyBytes = 0
        }
        guard code < 0 else { return offset }
        let error = flood.map { .flood($0) } ?? HTTP2Error(nghttp2: Int32(truncatingIfNeeded: code))
        if case .flood = error { terminate(.enhanceYourCalm) }
        throw error
    }

    /// The same without an allowance: takes all of them.
    package func receive(_ bytes: UnsafeRawBufferPointer, now: Int64 = 0) throws(HTTP2Error) {
        var allowance = TurnAllowance.unlimited
        _ = unsafe try receive(bytes, now: now, allowance: &allowance)
    }

    /// The next bytes for the peer; nil when there are none now. Valid until the next call on the session.
    package func nextOutput() throws(HTTP2Error) -> UnsafeRawBufferPointer? {
        var pointer: UnsafePointer<UInt8>?
        unsafe isInCallbacks = true
        defer { leaveCallbacks() }
        let count = unsafe nghttp2_session_mem_send(handle, &pointer)
        guard count >= 0 else { throw HTTP2Error(nghttp2: Int32(truncatingIfNeeded: count)) }
        return count == 0 ? nil : unsafe UnsafeRawBufferPointer(start: pointer, count: count)
    }

    private func leaveCallbacks() {
        unsafe isInCallbacks = false
        if unsafe !ended.isEmpty { unsafe ended = [] }
    }

    /// Whether neither side has anything left to say: time to close the socket.
    package var isFinished: Bool {
        unsafe nghttp2_session_want_read(handle) == 0 && nghttp2_session_want_write(handle) == 0
    }

    /// Ends every stream with one code and forgets it, since the connection is gone; or so many of them, the newest first.
    package func closeStreams(_ code: HTTP2ErrorCode, atMost count: Int = .max) {
        // A callback may be in one of them.
        if unsafe isInCallbacks { unsafe ended += openStreams }
        var left = count
        while left > 0, let stream = unsafe firstStream?.takeUnretainedValue() {
            left -= 1
            // nghttp2 makes the stream of a request when its head is written.
            if role == .client, unsafe nghttp2_session_find_stream(handle, stream.id) == nil { unsafe stream.neverLeft = true }
            close(stream, code)
        }
    }

    /// The streams that are open now, the newest first.
    package var openStreams: [HTTP2Stream] {
        var streams: [HTTP2Stream] = []
        var next = unsafe firstStream
        while let stream = unsafe next?.takeUnretainedValue() {
            streams.append(stream)
            unsafe next = stream.next
        }
        return streams
    }

    /// A stream has found something in its body that costs as much as a frame, such as a message. Called inside `receive`.
    package func noteWork() { unsafe work += 1 }

    /// The same for what costs as much as several.
    package func noteWork(frames: Int) { unsafe work += frames }

    // MARK: Commands

    /// Opens a stream with a head that was made for it; its queue feeds the body (client). For tests: calls go by `RequestTemplate`, which
    /// can say only what is lawful.
    package func submitRequest(_ head: HeaderBlock, stream: HTTP2Stream) throws(HTTP2Error) {
        var provider = unsafe HTTP2Callbacks.bodyProvider
        let user = unsafe Unmanaged.passUnretained(stream).toOpaque()
        let id = unsafe head.withFields { fields, count in
            unsafe nghttp2_submit_request(handle, nil, fields, count, &provider, user)
        }
        guard id > 0 else { throw HTTP2Error(nghttp2: id) }
        adopt(stream, id: id)
    }

    /// Opens a stream with the head that all requests of the connection share; `number` and `unit` make its last field (client).
    package func submitRequest(
        _ template: RequestTemplate, path: String, number: Int64, unit: UInt8, more: HeaderBlock?, stream: HTTP2Stream
    ) throws(HTTP2Error) {
        var provider = unsafe HTTP2Callbacks.bodyProvider
        let user = unsafe Unmanaged.passUnretained(stream).toOpaque()
        let id = unsafe template.withFields(path: path, number: number, unit: unit, more: more) { fields, count in
            unsafe nghttp2_submit_request(handle, nil, fields, count, &provider, user)
        }
        guard id > 0 else { throw HTTP2Error(nghttp2: id) }
        adopt(stream, id: id)
    }

    /// Sends the head of an answer; the stream's queue feeds the body (server).
    package func submitResponse(_ head: HeaderBlock.Prepared, stream: HTTP2Stream) {
        var provider = unsafe HTTP2Callbacks.bodyProvider
        _ = unsafe nghttp2_submit_response(handle, stream.id, head.fields, head.count, &provider)
    }

    /// Sends a head that was made for this answer; the stream's queue feeds the body (server).
    package func submitResponse(_ head: HeaderBlock, stream: HTTP2Stream) {
        var provider = unsafe HTTP2Callbacks.bodyProvider
        _ = unsafe head.withFields { fields, count in
            unsafe nghttp2_submit_response(handle, stream.id, fields, count, &provider)
        }
    }

    /// Sends a head that ends the stream: gRPC's Trailers-Only, or a plain HTTP error (server).
    package func submitResponseOnly(_ head: HeaderBlock, stream: HTTP2Stream) {
        _ = unsafe head.withFields { fields, count in
            unsafe nghttp2_submit_response(handle, stream.id, fields, count, nil)
        }
    }

    /// The same with a head that is sent again and again.
    package func submitResponseOnly(_ head: HeaderBlock.Prepared, stream: HTTP2Stream) {
        _ = unsafe nghttp2_submit_response(handle, stream.id, head.fields, head.count, nil)
    }

    /// Hands bytes of a body over. They leave as flow control allows.
    package func send(_ bytes: [UInt8], on stream: HTTP2Stream) {
        guard !stream.isClosed else { return }
        unsafe stream.outbound.append(bytes)
        unsafe waitingBytes += bytes.count
        wake(stream)
    }

    /// Half-closes after what is queued (client).
    package func finish(_ stream: HTTP2Stream) {
        guard !stream.isClosed else { return }
        unsafe stream.outbound.ending = .endStream
        wake(stream)
    }

    /// Ends the stream with trailers after what is queued (server).
    package func finish(_ stream: HTTP2Stream, trailers: HeaderBlock) {
        guard !stream.isClosed else { return }
        unsafe stream.outbound.ending = .trailers(trailers)
        wake(stream)
    }

    package func finish(_ stream: HTTP2Stream, trailers: HeaderBlock.Prepared) {
        guard !stream.isClosed else { return }
        unsafe stream.outbound.ending = .preparedTrailers(trailers)
        wake(stream)
    }

    /// Ends the stream with trailers now: what is queued is dropped, and they go out although the peer's window may be closed (server). The
    /// head of the answer must have been submitted.
    package func cutShort(_ stream: HTTP2Stream, trailers: HeaderBlock) {
        guard !stream.isClosed else { return }
        unsafe waitingBytes -= stream.outbound.byteCount
        unsafe stream.outbound = OutboundQueue()
        // Behind trailers that are on their way already, nghttp2 drops these.
        _ = unsafe trailers.withFields { fields, count in unsafe nghttp2_submit_trailer(handle, stream.id, fields, count) }
    }

    /// Ends a stream at once in both directions. What is queued is dropped now, even if the peer's socket is full.
    package func reset(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard !stream.isClosed else { return }
        unsafe waitingBytes -= stream.outbound.byteCount
        unsafe stream.outbound = OutboundQueue()
        _ = unsafe nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, code.rawValue)
    }

    /// Gives a part of a stream's window back: its reader has taken that many bytes.
    package func consumeStream(_ stream: HTTP2Stream, _ count: Int) {
        guard !stream.isClosed, count > 0 else { return }
        _ = unsafe nghttp2_session_consume_stream(handle, stream.id, count)
    }

    /// Leaves out stream ids (client), for tests of what happens when they run out.
    package func skipStreamIDs(to next: Int32) {
        _ = unsafe nghttp2_session_set_next_stream_id(handle, next)
    }

    package func ping(_ purpose: HTTP2Ping) {
        let payload: [UInt8] = [purpose.rawValue, 0, 0, 0, 0, 0, 0, 0]
        _ = unsafe nghttp2_submit_ping(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), payload)
    }

    /// First half of a graceful end: GOAWAY with the highest id, so that streams on their way are still taken (RFC 9113 §6.8).
    package func submitShutdownNotice() {
        _ = unsafe nghttp2_submit_shutdown_notice(handle)
    }

    /// Second half: GOAWAY with the last stream that was taken; what is open goes on.
    package func submitGoAway(_ code: HTTP2ErrorCode) {
        _ = unsafe nghttp2_submit_goaway(
            handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), nghttp2_session_get_last_proc_stream_id(handle), code.rawValue, nil, 0)
    }

    /// GOAWAY that leaves out streams which have come already, for tests of what a client makes of that.
    package func submitGoAway(_ code: HTTP2ErrorCode, lastStreamID: Int32) {
        _ = unsafe nghttp2_submit_goaway(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), lastStreamID, code.rawValue, nil, 0)
    }

    /// GOAWAY, after which nothing more is read.
    package func terminate(_ code: HTTP2ErrorCode) {
        _ = unsafe nghttp2_session_terminate_session(handle, code.rawValue)
    }

    private func submit(_ settings: HTTP2Settings) throws(HTTP2Error) {
        func entry(_ id: nghttp2_settings_id, _ value: UInt32) -> nghttp2_settings_entry {
            nghttp2_settings_entry(settings_id: Int32(bitPattern: id.rawValue), value: value)
        }
        var entries = [
            entry(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, settings.initialStreamWindow),
            entry(NGHTTP2_SETTINGS_MAX_FRAME_SIZE, settings.maximumFrameSize),
            entry(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, settings.maximumHeaderListSize),
        ]
        switch role {
        case .server: entries.append(entry(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.maximumConcurrentStreams))
        case .client: entries.append(entry(NGHTTP2_SETTINGS_ENABLE_PUSH, 0))
        }
        let flags = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        var code = unsafe nghttp2_submit_settings(handle, flags, entries, entries.count)
        if code == 0 { code = unsafe nghttp2_session_set_local_window_size(handle, flags, 0, settings.connectionWindow) }
        guard code == 0 else { throw HTTP2Error(nghttp2: code) }
    }

    /// Tells nghttp2 that a stream that had nothing has something now.
    private func wake(_ stream: HTTP2Stream) {
        guard stream.isDeferred else { return }
        stream.isDeferred = false
        _ = unsafe nghttp2_session_resume_data(handle, stream.id)
    }

    // MARK: Called by the callbacks

    /// Counts a frame; false when the connection must end for it.
    func spend(_ kind: FloodKind) -> Bool {
        guard unsafe !budget.spend(kind) else { return true }
        flood = kind
        return false
    }

    func flooded<T>(_ kind: FloodKind, _ result: T) -> T {
        flood = kind
        return result
    }

    /// Puts a stream on the list of those that are open, which holds it until `close`.
    func adopt(_ stream: HTTP2Stream, id: Int32) {
        let held = unsafe Unmanaged.passRetained(stream)
        unsafe stream.id = id
        unsafe stream.next = firstStream
        unsafe firstStream?._withUnsafeGuaranteedRef { unsafe $0.previous = held }
        unsafe firstStream = held
        unsafe streamCount += 1
    }

    func attach(_ stream: HTTP2Stream, id: Int32) -> Bool {
        let user = unsafe Unmanaged.passUnretained(stream)
        guard unsafe nghttp2_session_set_stream_user_data(handle, id, user.toOpaque()) == 0 else { return false }
        unsafe (lastStream, lastStreamID) = (user, id)
        adopt(stream, id: id)
        return true
    }

    /// Counts a field of the head that is being received; false when the head has become too long.
    func count(field size: Int) -> Bool {
        unsafe fieldBytes += size
        unsafe headerListSize += size
        return unsafe headerListSize <= maximumHeaderListSize
    }

    /// Whether HEADERS are for a stream that has gone: nghttp2 inflates them and tells nobody, so that no limit of heads or calls counts.
    func isHeadOfLostStream(_ id: Int32) -> Bool {
        guard unsafe id <= newestHead else {
            unsafe newestHead = id
            return false
        }
        return unsafe role == .server && nghttp2_session_get_stream_user_data(handle, id) == nil
    }

    /// Lends a stream to `body`; gives `missing` when it has gone.
    @inline(__always)
    func withStream<R>(_ id: Int32, else missing: R, _ body: (HTTP2Stream) -> R) -> R {
        if unsafe lastStreamID != id || lastStream == nil {
            guard let user = unsafe nghttp2_session_get_stream_user_data(handle, id) else { return missing }
            unsafe (lastStream, lastStreamID) = (Unmanaged.fromOpaque(user), id)
        }
        guard let stream = unsafe lastStream else { return missing }
        return unsafe stream._withUnsafeGuaranteedRef(body)
    }

    /// Bytes of a body have come: their part of the connection's window goes back at the end of what is being received.
    func receivedBody(_ count: Int) {
        unsafe receivedBytes &+= count
        unsafe receivedBodyBytes += count
    }

    func refuse(_ id: Int32, _ code: HTTP2ErrorCode) {
        _ = unsafe nghttp2_submit_rst_stream(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, code.rawValue)
    }

    /// After the last frame of an answer: resets the stream if the client has not half-closed it.
    func stopPeer(_ id: Int32) {
        guard unsafe nghttp2_session_get_stream_remote_close(handle, id) == 0 else { return }
        refuse(id, .noError)
    }

    func submitTrailers(_ stream: HTTP2Stream, _ ending: OutboundQueue.Ending) {
        switch ending {
        case .open, .endStream: break
        case .preparedTrailers(let block): _ = unsafe nghttp2_submit_trailer(handle, stream.id, block.fields, block.count)
        case .trailers(let block):
            _ = unsafe block.withFields { fields, count in unsafe nghttp2_submit_trailer(handle, stream.id, fields, count) }
        }
    }

    var remoteMaximumConcurrentStreams: UInt32 {
        unsafe nghttp2_session_get_remote_settings(handle, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS)
    }

    func close(_ stream: HTTP2Stream, _ code: HTTP2ErrorCode) {
        guard !stream.isClosed else { return }
        stream.isClosed = true
        if unsafe lastStreamID == stream.id { unsafe lastStream = nil }
        _ = unsafe nghttp2_session_set_stream_user_data(handle, stream.id, nil)
        if let previous = unsafe stream.previous {
            unsafe previous._withUnsafeGuaranteedRef { unsafe $0.next = stream.next }
        } else {
            unsafe firstStream = stream.next
        }
        unsafe stream.next?._withUnsafeGuaranteedRef { unsafe $0.previous = stream.previous }
        unsafe stream.next = nil
        unsafe stream.previous = nil
        unsafe streamCount -= 1
        unsafe waitingBytes -= stream.outbound.byteCount
        unsafe grownBytes -= stream.receiveWindow.growth
        stream.closed(code)
        // The list's hold on it, from `adopt`.
        unsafe Unmanaged.passUnretained(stream).release()
    }
}
