internal import SampanHTTP2

/// Windows that grow with what the line carries.
///
/// Only the window of a stream whose reader keeps up grows, when the reader takes something: a slow reader holds its sender at the window
/// it began with. What is granted comes out of what the connection and the peer's institution have left; where nothing is left, streams
/// go on with what they have. It comes back with the end of the stream, so new streams begin small again.
extension Connection {
    /// A reader has taken bytes of a stream. `keepsUp`: nothing is left for it to take.
    func took(_ stream: HTTP2Stream, _ count: Int, keepsUp: Bool) {
        session.consumeStream(stream, count)
        if stream.receiveWindow.take(count, keptUp: keepsUp) { look(at: stream) }
        markDirty()
    }

    /// The answer to a ping that measures the line.
    func measured() {
        guard estimator?.answered(now: loop.nowNanoseconds, received: session.receivedBytes) == true, let estimator else { return }
        // The connection's window is given back as data comes, so its width costs no memory; twice, since other streams share it.
        session.widenConnection(to: 2 * estimator.window)
        markDirty()
    }

    private func look(at stream: HTTP2Stream) {
        guard let limits = windowLimits, limits.maximumStream > limits.initialStream else { return }
        if estimator == nil { estimator = BandwidthEstimator(window: limits.initialStream, maximum: limits.maximumStream) }
        if estimator?.ask(now: loop.nowNanoseconds, received: session.receivedBytes) == true { session.ping(.bandwidth) }
        guard let wanted = estimator?.window else { return }
        let missing = wanted - limits.initialStream - stream.receiveWindow.growth
        let grant = min(missing, limits.growth - session.windowGrowth)
        // Less than the first window is not worth a frame.
        guard grant >= min(missing, limits.initialStream), grant > 0, mayWiden(by: grant) else { return }
        session.widen(stream, by: grant)
    }
}
