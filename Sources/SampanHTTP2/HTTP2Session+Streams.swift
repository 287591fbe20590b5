internal import CNghttp2

extension HTTP2Session {
    /// Streams that the client of this connection has opened since it began; those that were refused too.
    package var startedStreams: Int {
        // A client's streams have the odd numbers (RFC 9113 §5.1.1).
        switch role {
        case .client: unsafe Int(nghttp2_session_get_next_stream_id(handle) / 2)
        case .server: unsafe Int((max(0, nghttp2_session_get_last_proc_stream_id(handle)) + 1) / 2)
        }
    }
}
