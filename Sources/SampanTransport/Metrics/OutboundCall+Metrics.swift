internal import SampanRPC

extension ClientConnection {
    /// Where a call of this process is counted that goes out here.
    func series(_ method: MethodDescriptor) -> CallSeries {
        if let known = unsafe seriesCache.find(method, peer) { return known }
        let series = connection.loop.calls.series(
            CallLabels(.called, method: method.label, peer: peer.identity?.institution ?? ""))
        unsafe seriesCache.keep(series, for: method, peer)
        return series
    }
}

extension OutboundCall {
    /// The call is on the wire. One that goes on for somebody else is counted where it came in; one that is put on another connection,
    /// once.
    final func countStart(on connection: ClientConnection) {
        guard !isRelayed, unsafe series == nil else { return }
        let series = connection.series(method)
        unsafe self.series = series
        series.callBegan()
    }

    /// `began` and the time of this turn are on the loop's clock.
    final func countEnd(began: Int64) {
        if let series = unsafe series { return series.callEnded(status, began: began, now: loop.nowNanoseconds, nil) }
        guard !isRelayed else { return }
        countUnplaced()
    }

    /// It ended without ever being on a connection.
    @inline(never) private func countUnplaced() {
        let series = loop.calls.series(CallLabels(.called, method: method.label, peer: ""))
        series.callBegan()
        series.callEnded(status, began: loop.nowNanoseconds, now: loop.nowNanoseconds, nil)
    }
}
