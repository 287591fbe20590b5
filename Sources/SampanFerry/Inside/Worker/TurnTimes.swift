internal import SampanAPI
internal import SampanRPC

/// When the steps of a worker's turn began and ended, for the rows whose submitters are recorded in a trace.
struct TurnTimes {
    /// The worker asked for rows, and had them.
    let asked: ContinuousClock.Instant
    let answered: ContinuousClock.Instant
    /// When the HIS was given the batch.
    var postBegan: ContinuousClock.Instant?
    /// When it was known what became of each.
    private var settled: [UInt64: ContinuousClock.Instant] = [:]
    private let traced: Set<UInt64>

    init(asked: ContinuousClock.Instant, answered: ContinuousClock.Instant, _ rows: [GatewayV1.ClaimedRequest]) {
        (self.asked, self.answered) = (asked, answered)
        // Hardly any row has one.
        traced = Set(rows.lazy.filter { !$0.traceparent.isEmpty && TraceParent($0.traceparent)?.isSampled == true }.map(\.seq))
    }

    mutating func settle(_ seq: UInt64, at now: ContinuousClock.Instant) {
        if traced.contains(seq) { settled[seq] = now }
    }

    /// The outcomes with what there is to say of their rows, in ages at `now`, when they are sent.
    func noted(_ outcomes: [GatewayV1.RequestOutcome], now: ContinuousClock.Instant) -> [GatewayV1.RequestOutcome] {
        guard !traced.isEmpty else { return outcomes }
        let age = { (time: ContinuousClock.Instant) in GoogleProtobuf.Duration(time.duration(to: now)) }
        return outcomes.map { outcome in
            guard traced.contains(outcome.seq) else { return outcome }
            var outcome = outcome
            var timings = GatewayV1.RequestTimings(claimAsked: age(asked), claimAnswered: age(answered))
            if let postBegan, let ended = settled[outcome.seq] { (timings.postBegan, timings.postEnded) = (age(postBegan), age(ended)) }
            outcome.timings = timings
            return outcome
        }
    }
}
