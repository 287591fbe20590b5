package import SampanDomain

/// What the ferry needs of a hospital's HIS. One conformance per HIS product; the suite `HISAdapterConformance` says what it has to keep.
///
/// The promise behind all of it: the effect of a request in the HIS, its outcome and its inbox mark are **one** transaction of the
/// HIS. So a request that comes twice has one effect and one outcome, whoever brings it and however often something died in between.
package protocol HISAdapter: Sendable {
    /// Posts a batch of one worker; `answers[i]` belongs to `rows[i]`. A row that was decided before gets its first outcome again.
    ///
    /// The HIS checks every row itself; what it refuses is recorded as rejected, a row whose deadline is before `now` as expired.
    /// A row whose fence is older than the newest that the HIS has seen of that worker is `.fenced`, in the same transaction.
    /// Never throws: a row of which the HIS did not say what became of it is `.unknown`, and has to be resolved.
    func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer]

    /// Settles what became of a row: the outcome in the inbox, or, in the same transaction, the mark that it is never to be posted.
    ///
    /// After it returns, no later or slower `post` of the row can have an effect. Throws when the HIS cannot be reached: then nothing
    /// is settled, the row stays open, and this is to be called again. Throws `.fenced` under an old fence, and then it is another's.
    func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision

    /// Marks a row that cannot be opened as never to be posted; a decision that there is stands. Throws as `resolve`.
    func refuse(
        _ row: UnreadableRow, _ reason: OutcomeReason, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision

    /// The newest fence that the HIS has seen, of any worker; 0 for none.
    func newestFence() async throws(HISError) -> Int64

    /// The postings made in `[start, end)`, by receipt number: what the hospital's ledger of the day shows.
    func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow]
}

/// Why the HIS gave no answer.
package enum HISError: Error, Sendable, Equatable {
    /// Nothing was heard within the adapter's time.
    case timeout
    /// The connection broke after the request was handed over.
    case lostReply
    /// The HIS has seen a newer fence of the worker.
    case fenced
    /// The HIS, or its database, failed; the text is for the log of the inside.
    case unavailable(String)
}
