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
    /// Those of them that ended in the turn in which they began: how long that is, is known when it is over.
    @exclusivity(unchecked) private var wellNow: UInt64 = 0
    /// By the number of the status; empty until a call fails.
    @exclusivity(unchecked) private var failed: [CallTally?] = []

    init(_ labels: CallLabels, _ metrics: CallMetrics) { (self.labels, self.metrics) = (labels, metrics) }

    func callBegan() { unsafe started &+= 1 }

    /// The same as below for a call without a trace.
    func callEnded(_ code: StatusCode, began: Int64, now: Int64) {
        guard code == .ok, began == now else { return callEnded(code, began: began, now: now, nil) }
        unsafe wellNow &+= 1
        if unsafe wellNow == 1 { metrics.endsWithTurn(self) }
    }

    /// The turn took so long.
    func endTurn(after nanoseconds: Int64) {
        well.note(nanoseconds, count: unsafe wellNow)
        unsafe wellNow = 0
    }

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
