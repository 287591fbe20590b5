package import SampanDomain

/// A row that the inside was handed and cannot open: whose it is, and no more.
package struct UnreadableRow: Sendable, Hashable {
    package let seq: Int64
    package let submitter: InstitutionCode
    package let requestID: RequestID
    package let fence: FerryFence?

    package init(seq: Int64, submitter: InstitutionCode, requestID: RequestID, fence: FerryFence? = nil) {
        (self.seq, self.submitter, self.requestID, self.fence) = (seq, submitter, requestID, fence)
    }
}

extension HISAdapter {
    /// For an adapter that keeps no marks of such rows: they stay open, and others look at them.
    package func refuse(
        _ row: UnreadableRow, _ reason: OutcomeReason, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        throw .unavailable("this HIS keeps no marks of rows that cannot be read")
    }
}
