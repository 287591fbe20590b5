internal import SampanRPC

extension ServerCall {
    /// Counts the call from here on.
    func count(in series: CallSeries) {
        unsafe self.series = series
        series.callBegan()
    }

    /// Once, when the call has ended; `began` and `now` are times of the loop's clock.
    func countEnd(_ code: StatusCode, began: Int64, now: Int64) {
        guard let series = unsafe series else { return countUnknown(code, now) }
        series.callEnded(code, began: began, now: now, trace)
    }

    /// It ended before anybody knew what it was.
    @inline(never) private func countUnknown(_ code: StatusCode, _ now: Int64) {
        let series = connection.otherSeries
        series.callBegan()
        series.callEnded(code, began: now, now: now, nil)
    }

    /// The other node has answered the call well, so its method is known by name from now on.
    func noteAnswered() {
        guard let method = context?.method, loop.calls.noteAnswer(of: method) else { return }
        unsafe connection.seriesCache.forget()
    }

    /// Of its caller, where that traces the call; nil for most.
    private var trace: TraceParent? {
        guard let metadata = context?.requestMetadata, !metadata.isEmpty, let text = metadata[ascii: TraceParent.key],
            let parent = TraceParent(text), parent.isSampled
        else { return nil }
        return parent
    }
}
