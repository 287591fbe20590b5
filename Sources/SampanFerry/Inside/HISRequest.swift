package import SampanDomain

/// A request row inside: claimed, parsed and checked again.
package struct HISRequest: Sendable, Hashable {
    package let seq: Int64
    package let submitter: InstitutionCode
    /// With `submitter`, the key of the inbox.
    package let requestID: RequestID
    package let deadline: UnixTime
    package let command: HISCommand
    /// Under which it was claimed; nil where the gateway has no leases.
    package let fence: FerryFence?

    package init(
        seq: Int64, submitter: InstitutionCode, requestID: RequestID, deadline: UnixTime, command: HISCommand, fence: FerryFence? = nil
    ) {
        self.fence = fence
        self.seq = seq
        self.submitter = submitter
        self.requestID = requestID
        self.deadline = deadline
        self.command = command
    }
}

/// What the HIS decided, and when.
package struct HISDecision: Sendable, Hashable {
    package let outcome: RequestOutcome
    package let decidedAt: UnixTime

    package init(outcome: RequestOutcome, decidedAt: UnixTime) {
        self.outcome = outcome
        self.decidedAt = decidedAt
    }
}

/// What `post` learned of one row.
package enum HISAnswer: Sendable, Equatable {
    case decided(HISDecision)
    /// Nothing was done: the HIS has seen a newer fence of the worker, so somebody else takes care of the row.
    case fenced
    /// It may or may not have been posted: ask with `resolve`.
    case unknown(HISError)
}

/// How a row ends that is given up.
package enum GiveUp: Sendable, Hashable {
    case rejected(OutcomeReason)
    case expired(OutcomeReason)

    package var outcome: RequestOutcome {
        switch self {
        case .rejected(let reason): .rejected(reason)
        case .expired(let reason): .expired(reason)
        }
    }

    /// After a timeout or a lost reply.
    package static let noAnswer = GiveUp.expired(
        OutcomeReason(constant: "HIS_TIMEOUT", "the HIS did not answer in time; it will not be posted"))
}

/// The operator number under which a worker posts: `FERRY00` to `FERRY63`. Windows never use one of these.
package struct HISOperator: Sendable, Hashable {
    package let text: String

    /// Throws for a worker outside of 0 to 63.
    package init(worker: Int) throws(DomainError) {
        guard (0..<64).contains(worker) else { throw DomainError(field: "worker", message: "\(worker); right would be 0 to 63") }
        text = MobileOperator.code + (worker < 10 ? "0" : "") + String(worker)
    }
}
