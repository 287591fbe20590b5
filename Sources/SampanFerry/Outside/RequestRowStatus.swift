package import SampanDomain
package import SampanRPC
internal import SampanStorage

/// What is known outside of one request row.
package struct RequestRowStatus: Sendable, Equatable {
    /// Gap-free from 0, in commit order.
    package let seq: Int64
    package let submitter: InstitutionCode
    package let requestID: RequestID
    /// nil while the row is open (queued).
    package let outcome: RequestOutcome?
    /// When the row became durable.
    package let submittedAt: UnixTime
    /// When a worker first took it. Kept in memory until the outcome: forgotten when the gateway restarts in between.
    package internal(set) var claimedAt: UnixTime?
    /// When the HIS transaction was made, by the clock of the inside.
    package let decidedAt: UnixTime?
    /// When the outcome became durable outside.
    package let finishedAt: UnixTime?
}

extension RequestRowStatus: Versioned {
    package var version: Int64 { isFinal ? 1 : 0 }
    package var isFinal: Bool { outcome != nil }
}

/// An outcome that the inside writes back.
package struct RequestCompletion: Sendable, Equatable {
    package let seq: Int64
    package let outcome: RequestOutcome
    package let decidedAt: UnixTime

    package init(seq: Int64, outcome: RequestOutcome, decidedAt: UnixTime) {
        self.seq = seq
        self.outcome = outcome
        self.decidedAt = decidedAt
    }
}

/// An open row in the hands of a worker.
package struct ClaimedRow: Sendable, Equatable {
    package let seq: Int64
    package let submitter: InstitutionCode
    package let requestID: RequestID
    package let payload: [UInt8]
    package let deadline: UnixTime
    /// Where the call stood that submitted it; nil without a trace.
    package let trace: TraceParent?
    /// Under which the HIS may decide it; nil for a worker without leases.
    package internal(set) var fence: FerryFence?
    /// Names the key that the payload is sealed to; nil for one that is not sealed.
    package internal(set) var recipient: String?
    package internal(set) var kind = ""
}
