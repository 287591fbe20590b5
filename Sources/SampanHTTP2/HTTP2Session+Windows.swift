internal import CNghttp2

/// Windows that grow (RFC 9113 §6.9).
///
/// Only windows of single streams, and the connection's. A larger SETTINGS_INITIAL_WINDOW_SIZE would not be for new streams alone: it
/// widens every open one too (§6.9.2), also those whose readers stand still.
extension HTTP2Session {
    /// Lets the peer be ahead of a stream's reader by `bytes` more.
    package func widen(_ stream: HTTP2Stream, by bytes: Int) {
        guard !stream.isClosed, bytes > 0 else { return }
        let width = Int(unsafe nghttp2_session_get_stream_effective_local_window_size(handle, stream.id))
        guard width >= 0, let wide = Int32(exactly: width + bytes) else { return }
        guard unsafe nghttp2_session_set_local_window_size(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.id, wide) == 0 else { return }
        unsafe stream.receiveWindow.growth += bytes
        unsafe grownBytes += bytes
    }

    /// The same for all streams together; a connection never becomes narrower.
    package func widenConnection(to bytes: Int) {
        let width = unsafe nghttp2_session_get_effective_local_window_size(handle)
        guard let wide = Int32(exactly: bytes), wide > width else { return }
        _ = unsafe nghttp2_session_set_local_window_size(handle, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, wide)
    }
}
