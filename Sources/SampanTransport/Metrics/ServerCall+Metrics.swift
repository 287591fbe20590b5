internal import SampanRPC

extension ServerCall {
    /// Counts the call from here on, and records it where its trace is.
    func count(in series: Unmanaged<CallSeries>) {
        unsafe self.series = series
        unsafe series._withUnsafeGuaranteedRef { $0.callBegan() }
        if let recorder = unsafe loop.recorder { unsafe span = recorder.begin(head.metadata) }
    }

    /// Once, when the call has ended; `began` and `now` are times of the loop's clock.
    func countEnd(_ code: StatusCode, began: Int64, now: Int64) {
        guard let series = unsafe series else { return countUnknown(code, now) }
        // Nearly all calls: no metadata, so no trace.
        if unsafe span == nil && head.metadata.isEmpty {
            return unsafe series._withUnsafeGuaranteedRef { $0.callEnded(code, began: began, now: now) }
        }
        unsafe countTraced(series.takeUnretainedValue(), code, began: began, now: now)
    }

    @inline(never) private func countTraced(_ series: CallSeries, _ code: StatusCode, began: Int64, now: Int64) {
        series.callEnded(code, began: began, now: now, context?.trace.flatMap { $0.isSampled ? $0 : nil })
        guard let span = unsafe span else { return }
        unsafe self.span = nil
        unsafe loop.recorder?.end(span, series.labels, code, began: began, now: now)
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

    /// The metadata of the head, with this node's span in the place of the caller's where it is recorded.
    var tracedMetadata: Metadata { unsafe span?.passedOn(head.metadata) ?? head.metadata }
}
