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
    private var moments = 0

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
        happened(.field)
        return true
    }

    override func receivedHeaders(endStream: Bool) { happened(.head) }
    override func received(data: RawSpan) { happened(.data) }
    override func receivedEnd() { happened(.end) }
    override func outboundDrained() { happened(.drained) }

    override func closed(_ code: HTTP2ErrorCode) {
        closeCount += 1
        happened(.closed)
    }

    /// Uses itself after whatever it did, as every real stream does: it must still be there.
    private func happened(_ moment: Moment) {
        react(moment, self)
        moments += 1
    }
}
