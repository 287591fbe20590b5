internal import CNghttp2

/// nghttp2's callbacks, set up once: each finds the session and the stream again and calls them.
@safe struct HTTP2Callbacks: Sendable {
    static let shared = HTTP2Callbacks()

    // Sendable: written by init only; nghttp2 copies the table into each session.
    nonisolated(unsafe) let table: OpaquePointer?

    private init() {
        var table: OpaquePointer?
        _ = unsafe nghttp2_session_callbacks_new(&table)
        unsafe nghttp2_session_callbacks_set_on_begin_frame_callback(table, onBeginFrame)
        unsafe nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table, onInvalidFrame)
        unsafe nghttp2_session_callbacks_set_on_begin_headers_callback(table, onBeginHeaders)
        unsafe nghttp2_session_callbacks_set_on_header_callback2(table, onHeader)
        unsafe nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, onData)
        unsafe nghttp2_session_callbacks_set_on_frame_recv_callback(table, onFrame)
        unsafe nghttp2_session_callbacks_set_on_frame_send_callback(table, onFrameSent)
        unsafe nghttp2_session_callbacks_set_on_frame_not_send_callback(table, onFrameNotSent)
        unsafe nghttp2_session_callbacks_set_on_stream_close_callback(table, onClose)
        unsafe self.table = table
    }

    /// Feeds DATA frames from the queue of the stream.
    static var bodyProvider: nghttp2_data_provider {
        var provider = unsafe nghttp2_data_provider()
        unsafe provider.read_callback = readBody
        return unsafe provider
    }
}

/// Lends the session to `body`: borrowed, since a retain and a release for each of a call's twenty callbacks would show.
@inline(__always)
private func withSession<R>(_ user: UnsafeMutableRawPointer?, else missing: R, _ body: (HTTP2Session) -> R) -> R {
    guard let user = unsafe user else { return missing }
    return unsafe Unmanaged<HTTP2Session>.fromOpaque(user)._withUnsafeGuaranteedRef(body)
}

private let proceed: Int32 = 0
private let failStream = NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue

private let failConnection = NGHTTP2_ERR_CALLBACK_FAILURE.rawValue

/// Every known frame passes here by its header alone, also those that nghttp2 then drops: the place to count what costs nothing to send.
private func onBeginFrame(_: OpaquePointer?, header: UnsafePointer<nghttp2_frame_hd>?, user: UnsafeMutableRawPointer?) -> Int32 {
    guard let header = unsafe header else { return proceed }
    let kind: FloodKind
    switch UInt32(unsafe header.pointee.type) {
    case NGHTTP2_DATA.rawValue:
        guard unsafe isHollow(header.pointee) else { return proceed }
        kind = .emptyData
    case NGHTTP2_RST_STREAM.rawValue: kind = .resets
    case NGHTTP2_PING.rawValue: kind = .pings
    case NGHTTP2_SETTINGS.rawValue, NGHTTP2_GOAWAY.rawValue: kind = .settings
    case NGHTTP2_PRIORITY.rawValue: kind = .priorities
    case NGHTTP2_WINDOW_UPDATE.rawValue: kind = .windowUpdates
    case NGHTTP2_HEADERS.rawValue:
        let id = unsafe header.pointee.stream_id
        guard unsafe withSession(user, else: false, { $0.isHeadOfLostStream(id) }) else { return proceed }
        kind = .resets
    // Other HEADERS and CONTINUATION have limits of their own. Frames of unknown types do not come here: nghttp2 skips them.
    default: return proceed
    }
    return unsafe withSession(user, else: proceed) { $0.spend(kind) ? proceed : failConnection }
}

/// A DATA frame that has, or may have, no content: empty without ending its stream, or no longer than its padding can be.
private func isHollow(_ header: nghttp2_frame_hd) -> Bool {
    if header.length == 0 { return header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) == 0 }
    return header.length <= 256 && header.flags & UInt8(NGHTTP2_FLAG_PADDED.rawValue) != 0
}

/// A frame that makes nghttp2 reset its stream costs us as much as a reset of the peer's own.
private func onInvalidFrame(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, code: Int32, user: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe withSession(user, else: proceed) { $0.spend(.resets) ? proceed : failConnection }
}

private func onBeginHeaders(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return proceed }
    return unsafe withSession(user, else: proceed) { session in
        guard session.role == .server, unsafe frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST else {
            session.beginHead(isTrailer: true, mayFollow: false)
            return proceed
        }
        let id = unsafe frame.pointee.hd.stream_id
        guard let stream = session.delegate?.makeStream() else {
            session.beginHead(isTrailer: false, mayFollow: false)
            session.refuse(id, .refusedStream)
            return session.spend(.resets) ? proceed : failConnection
        }
        session.beginHead(isTrailer: false, mayFollow: stream.keepsHeads)
        return session.attach(stream, id: id) ? proceed : failStream
    }
}

private func onHeader(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, name: OpaquePointer?, value: OpaquePointer?, flags: UInt8,
    user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame, let name = unsafe name, let value = unsafe value else { return proceed }
    return unsafe withSession(user, else: proceed) { session in
        let id = unsafe frame.pointee.hd.stream_id
        let isSecret = flags & UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue) != 0
        switch unsafe session.receivedField(name, value, isSecret: isSecret, on: id) {
        case .accepted: return proceed
        case .tooLong: return session.isHeaderListABomb ? session.flooded(.headerList, failConnection) : proceed
        case .unwanted: return failStream
        }
    }
}

/// A request that is none by RFC 9113 §8: a stream error (§8.1.1), which costs as much as a reset of the peer's own.
private func refuseMalformed(_ session: HTTP2Session, _ id: Int32) -> Int32 {
    session.refuse(id, .protocolError)
    return session.spend(.resets) ? proceed : failConnection
}

/// A head that is too long. Its call is refused when its block is whole, not at the first field too many: once the reset has left, nghttp2
/// tells nothing more of the block, and one that goes on and on would be taken to its end.
private func refuseHead(_ session: HTTP2Session, _ id: Int32) -> Int32 {
    // Not an error of the connection, and the peer is told what it was (gRPC reads it as RESOURCE_EXHAUSTED).
    session.refuse(id, .enhanceYourCalm)
    return session.spend(.resets) ? proceed : failConnection
}

private func onData(
    _: OpaquePointer?, flags: UInt8, id: Int32, data: UnsafePointer<UInt8>?, length: Int, user: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe withSession(user, else: proceed) { session in
        // A slow stream must hold back its own sender and nobody else: the connection's window is given back at once.
        session.receivedBody(length)
        return session.withStream(id, else: proceed) { stream in
            guard stream.takesBody(length) else { return refuseMalformed(session, id) }
            unsafe stream.received(data: UnsafeRawBufferPointer(start: data, count: length).bytes)
            return proceed
        }
    }
}

private func onFrame(_: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, user: UnsafeMutableRawPointer?) -> Int32 {
    guard let frame = unsafe frame else { return proceed }
    return unsafe withSession(user, else: proceed) { session in
        let header = unsafe frame.pointee.hd
        let endStream = header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
        let isAck = header.flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0
        switch UInt32(header.type) {
        case NGHTTP2_DATA.rawValue:
            guard endStream else { return proceed }
            return session.withStream(header.stream_id, else: proceed) { stream in
                guard stream.hasWholeBody else { return refuseMalformed(session, header.stream_id) }
                stream.receivedEnd()
                return proceed
            }
        case NGHTTP2_HEADERS.rawValue:
            guard !session.isHeaderListTooLong else { return refuseHead(session, header.stream_id) }
            return session.withStream(header.stream_id, else: proceed) { stream in
                guard session.endHead(of: stream, endStream: endStream) else { return refuseMalformed(session, header.stream_id) }
                stream.receivedHeaders(endStream: endStream)
                return proceed
            }
        case NGHTTP2_SETTINGS.rawValue where !isAck:
            session.delegate?.receivedSettings(maximumConcurrentStreams: session.remoteMaximumConcurrentStreams)
        case NGHTTP2_GOAWAY.rawValue:
            let goAway = unsafe frame.pointee.goaway
            unsafe session.delegate?.receivedGoAway(
                lastStreamID: goAway.last_stream_id, code: HTTP2ErrorCode(rawValue: goAway.error_code))
        case NGHTTP2_PING.rawValue where isAck:
            session.delegate?.receivedPingAck(HTTP2Ping(rawValue: unsafe frame.pointee.ping.opaque_data.0))
        default: break
        }
        return proceed
    }
}

/// A server that has said everything tells a client that has not to stop (RFC 9113 §8.1): its data would be thrown away.
private func onFrameSent(_: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, user: UnsafeMutableRawPointer?) -> Int32 {
    guard let frame = unsafe frame else { return proceed }
    let header = unsafe frame.pointee.hd
    let isHeaders = UInt32(header.type) == NGHTTP2_HEADERS.rawValue
    guard isHeaders || UInt32(header.type) == NGHTTP2_DATA.rawValue else { return proceed }
    return unsafe withSession(user, else: proceed) { session in
        unsafe session.budget.earn()
        if isHeaders, session.role == .server, header.flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0 {
            session.stopPeer(header.stream_id)
        }
        return proceed
    }
}

/// A request that could not be written, and could be on another connection: after a GOAWAY. Its stream is closed right after.
private func onFrameNotSent(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, code: Int32, user: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame = unsafe frame else { return proceed }
    let header = unsafe frame.pointee.hd
    let isOver = code == NGHTTP2_ERR_START_STREAM_NOT_ALLOWED.rawValue || code == NGHTTP2_ERR_SESSION_CLOSING.rawValue
    guard isOver, UInt32(header.type) == NGHTTP2_HEADERS.rawValue else { return proceed }
    return unsafe withSession(user, else: proceed) { session in
        if session.role == .client { session.withStream(header.stream_id, else: ()) { unsafe $0.neverLeft = true } }
        return proceed
    }
}

private func onClose(_: OpaquePointer?, id: Int32, code: UInt32, user: UnsafeMutableRawPointer?) -> Int32 {
    unsafe withSession(user, else: proceed) { session in
        session.withStream(id, else: ()) { session.close($0, HTTP2ErrorCode(rawValue: code)) }
        return proceed
    }
}

private func readBody(
    _: OpaquePointer?, id: Int32, buffer: UnsafeMutablePointer<UInt8>?, length: Int, flags: UnsafeMutablePointer<UInt32>?,
    source: UnsafeMutablePointer<nghttp2_data_source>?, user: UnsafeMutableRawPointer?
) -> Int {
    let gone = Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    return unsafe withSession(user, else: gone) { session in
        session.withStream(id, else: gone) { stream in
            unsafe fill(UnsafeMutableRawBufferPointer(start: buffer, count: length), flags, stream, session)
        }
    }
}

/// Moves what waits in a stream into a DATA frame, and says what comes after it.
@inline(__always)
private func fill(
    _ frame: UnsafeMutableRawBufferPointer, _ flags: UnsafeMutablePointer<UInt32>?, _ stream: HTTP2Stream, _ session: HTTP2Session
) -> Int {
    let count = unsafe stream.outbound.take(into: frame)
    unsafe session.waitingBytes -= count
    unsafe session.outboundTaken &+= count
    guard unsafe stream.outbound.isEmpty else { return count }
    switch unsafe stream.outbound.ending {
    case .endStream:
        unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
    case .trailers, .preparedTrailers:
        unsafe flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        unsafe session.submitTrailers(stream, stream.outbound.ending)
    case .open:
        guard count > 0 else {
            stream.isDeferred = true
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        stream.outboundDrained()
    }
    return count
}
