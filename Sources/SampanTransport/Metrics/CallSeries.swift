internal import SampanRPC

/// Counts the calls of one set of labels on one loop. Loop-confined; lives as long as its loop.
@safe final class CallSeries {
    let labels: CallLabels
    private unowned let metrics: CallMetrics
    // Unchecked, here and below: a few additions for every call, which call nothing.
    @exclusivity(unchecked) private var started: UInt64 = 0
    @exclusivity(unchecked) var requestBytes: UInt64 = 0
    @exclusivity(unchecked) var responseBytes: UInt64 = 0
    /// Nearly all calls.
    private let well = CallTally()
    /// By the number of the status; empty until a call fails.
    @exclusivity(unchecked) private var failed: [CallTally?] = []

    init(_ labels: CallLabels, _ metrics: CallMetrics) { (self.labels, self.metrics) = (labels, metrics) }

    func callBegan() { unsafe started &+= 1 }

    /// - Parameters:
    ///   - began: on the loop's clock, in nanoseconds; `now` is the time of this turn.
    ///   - trace: of a call that is traced.
    func callEnded(_ code: StatusCode, began: Int64, now: Int64, _ trace: TraceParent?) {
        let tally = code == .ok ? well : tally(of: code)
        // Its answer leaves at the end of the turn, and so does its time end.
        if began != now { return tally.note(now &- began, trace) }
        if tally.noteNow(trace) { metrics.endsWithTurn(tally) }
    }

    @inline(never) private func tally(of code: StatusCode) -> CallTally {
        if unsafe failed.isEmpty { unsafe failed = Array(repeating: nil, count: StatusCode.allCases.count) }
        if let tally = unsafe failed[code.rawValue] { return tally }
        let tally = CallTally()
        unsafe failed[code.rawValue] = tally
        return tally
    }

    var figures: CallFigures {
        var ended = [well.figures(.ok)].filter { $0.durations.count > 0 }
        for code in StatusCode.allCases where code != .ok && (unsafe !failed.isEmpty) {
            if let tally = unsafe failed[code.rawValue] { ended.append(tally.figures(code)) }
        }
        return CallFigures(
            labels: labels, started: unsafe started, requestBytes: unsafe requestBytes, responseBytes: unsafe responseBytes, ended: ended)
    }
}
