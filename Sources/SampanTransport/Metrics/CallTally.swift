internal import SampanRPC

/// The calls of a series that ended with the same status. Loop-confined.
@safe final class CallTally {
    // Unchecked, here and below: a few additions for every call, which call nothing.
    @exclusivity(unchecked) private(set) var durations = DurationHistogram()
    /// Calls that ended in the turn in which they began: how long that is, is known when it is over.
    @exclusivity(unchecked) private var endedNow: UInt64 = 0
    /// The trace of one of them.
    @exclusivity(unchecked) private var traceNow: TraceParent?
    /// The last traced call of each bucket; empty until there is one.
    @exclusivity(unchecked) private var exemplars: [CallExemplar?] = []

    /// Counts a call that began in an earlier turn.
    func note(_ nanoseconds: Int64, _ trace: TraceParent?) {
        unsafe durations.note(nanoseconds)
        if let trace { keep(trace, nanoseconds) }
    }

    /// Counts calls without a trace.
    func note(_ nanoseconds: Int64, count: UInt64) { unsafe durations.note(nanoseconds, count: count) }

    /// Counts a call of this turn; true for the first of them, which has `endTurn` called.
    func noteNow(_ trace: TraceParent?) -> Bool {
        unsafe endedNow &+= 1
        if let trace { unsafe traceNow = trace }
        return unsafe endedNow == 1
    }

    func endTurn(after nanoseconds: Int64) {
        unsafe durations.note(nanoseconds, count: endedNow)
        unsafe endedNow = 0
        guard let trace = unsafe traceNow else { return }
        unsafe traceNow = nil
        keep(trace, nanoseconds)
    }

    private func keep(_ trace: TraceParent, _ nanoseconds: Int64) {
        if unsafe exemplars.isEmpty { unsafe exemplars = Array(repeating: nil, count: DurationHistogram.boundCount + 1) }
        unsafe exemplars[DurationHistogram.index(of: nanoseconds)] = CallExemplar(trace: trace.traceID, nanoseconds: nanoseconds)
    }

    func figures(_ code: StatusCode) -> CallFigures.Ended {
        CallFigures.Ended(code: code, durations: unsafe durations, exemplars: unsafe exemplars)
    }
}
