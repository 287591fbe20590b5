import SampanHTTP2

/// Counts the streams that are in memory.
final class Census {
    var living = 0
}

/// A stream that nobody but its session holds, and that does something at every one of its callbacks.
final class MortalStream: HTTP2Stream {
    enum Moment { case field, head, data, end, drained, closed }

    private let census: Census
    private let react: (Moment, MortalStream) -> Void
    private(set) var closeCount = 0
    /// Where it is, or was last.
    private(set) weak var session: HTTP2Session?
    private(set) var openCount = 0

    init(_ census: Census, _ react: @escaping (Moment, MortalStream) -> Void) {
        self.census = census
        self.react = react
        census.living += 1
    }

    func opens(on session: HTTP2Session) {
        self.session = session
        openCount += 1
    }

    deinit { census.living -= 1 }

    override func received(headerName: Span<UInt8>, value: Span<UInt8>) -> Bool {
        react(.field, self)
        return true
    }

    override func receivedHeaders(endStream: Bool) { react(.head, self) }
    override func received(data: RawSpan) { react(.data, self) }
    override func receivedEnd() { react(.end, self) }
    override func outboundDrained() { react(.drained, self) }

    override func closed(_ code: HTTP2ErrorCode) {
        closeCount += 1
        react(.closed, self)
    }
}
