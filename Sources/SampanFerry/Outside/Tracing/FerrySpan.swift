package import SampanRPC

/// One step of a row's way over the gap, for the trace of the call that submitted it. Over, and never changed. Nothing in it is of a
/// person.
package struct FerrySpan: Sendable, Hashable {
    package enum Step: String, Sendable, Hashable {
        /// The worker asks for rows until it has this one; never before the row was there.
        case claim
        /// The HIS transaction, with what it takes to learn of its outcome.
        case post
        /// The outcome is made durable outside.
        case writeBack = "write-back"
    }

    package let step: Step
    package let place: TraceParent
    /// The span of the call that submitted the row.
    package let parent: TraceParent
    package let seq: Int64
    /// Unix time in nanoseconds, by the clock outside.
    package let began: Int64
    package let ended: Int64
    /// `posted`, `rejected` or `expired`.
    package let outcome: String

    package init(step: Step, place: TraceParent, parent: TraceParent, seq: Int64, began: Int64, ended: Int64, outcome: String) {
        (self.step, self.place, self.parent, self.seq) = (step, place, parent, seq)
        (self.began, self.ended, self.outcome) = (began, ended, outcome)
    }
}
