package import SampanDomain
package import SampanReconciliation

/// One step of a break, as it stands in the books.
package struct BreakStep: Sendable, Equatable {
    /// 1 upwards.
    package let number: Int
    package let kind: BreakStepKind
    /// SPIFFE name of a person; `rule`, or `run 3`.
    package let by: String
    package let at: UnixTime
    package let note: String
    /// The amount goes to SUSPENSE when this proposal is approved.
    package let toSuspense: Bool
    package let refundNo: String?
    /// The ledger's entry that it made.
    package let entry: Int64?
}

/// A break that is kept, with its last step.
package struct BreakRecord: Sendable, Equatable {
    package let number: Int64
    package let day: BusinessDay
    /// That found it first.
    package let run: Int64
    package let found: Break
    package let last: BreakStep

    package var state: BreakState { BreakState(after: last.kind) }
}

/// A recorded run of reconciliation.
package struct BreakRun: Sendable, Equatable {
    package let number: Int64
    package let day: BusinessDay
    package let recordedAt: UnixTime
    package let recordedBy: String
    package let breaks: Int64
    package let newBreaks: Int64
    package let goneBreaks: Int64
}
