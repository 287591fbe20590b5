internal import SampanDomain
internal import SampanRPC
internal import Synchronization

/// Keeps spans of rows that crossed the gap until somebody takes them. Safe from any thread.
///
/// The inside has no collector, and opens no connection but that to the gateway: what it says of its work comes back with the outcomes, and
/// is told by the node outside. Bounded: further spans are counted and dropped, since a caller can ask for as many as he likes.
package final class FerrySpans: Sendable {
    private struct State {
        var spans: [FerrySpan] = []
        var dropped: UInt64 = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    private let newID: @Sendable () -> UInt64

    /// 1,024, as of a loop's calls: some 340 rows between two words to the collector.
    package static let spanLimit = 1_024

    /// - Parameter newID: of a span; not zero.
    package init(limit: Int = FerrySpans.spanLimit, newID: @escaping @Sendable () -> UInt64 = { .random(in: 1 ... .max) }) {
        (self.limit, self.newID) = (limit, newID)
    }

    /// The spans since this was last asked.
    package func take() -> [FerrySpan] {
        state.withLock { state in
            defer { state.spans = [] }
            return state.spans
        }
    }

    /// Spans that nobody took in time.
    package var dropped: UInt64 { state.withLock { $0.dropped } }

    /// A row has its outcome. `arrived` and `durable` are times of the clock outside.
    func note(_ row: RowTrace, _ timings: RowTimings, outcome: RequestOutcome, arrived: UnixTime, durable: UnixTime) {
        let at = { (age: Duration) in RowTimings.moment(age, before: arrived) }
        add(row, .claim, outcome, max(at(timings.claimAsked), row.submittedAt.nanoseconds), at(timings.claimAnswered))
        if let post = timings.post { add(row, .post, outcome, at(post.began), at(post.ended)) }
        add(row, .writeBack, outcome, arrived.nanoseconds, durable.nanoseconds)
    }

    private func add(_ row: RowTrace, _ step: FerrySpan.Step, _ outcome: RequestOutcome, _ began: Int64, _ ended: Int64) {
        guard let place = TraceParent(traceID: row.parent.traceID, spanID: newID(), isSampled: true) else { return }
        let span = FerrySpan(
            step: step, place: place, parent: row.parent, seq: row.seq, began: began, ended: max(began, ended), outcome: outcome.name)
        state.withLock { state in
            guard state.spans.count < limit else {
                state.dropped &+= 1
                return
            }
            state.spans.append(span)
        }
    }
}

extension RequestOutcome {
    fileprivate var name: String {
        switch self {
        case .posted: "posted"
        case .rejected: "rejected"
        case .expired: "expired"
        }
    }
}
