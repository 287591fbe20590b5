package import SampanDomain
internal import SampanRPC
package import SampanStorage

/// The outer request store: requests in, numbered and durable; outcomes back, once.
///
/// Safe to use from any task. It holds nothing of the inside: no address, no credential, and it never reads a payload. Where it is told the
/// inside's public key, payloads are sealed before they are written, and plain nowhere here.
package final class RequestStore: Sendable {
    /// Bytes of one payload at the most: a request is a few hundred.
    package static let maximumPayloadBytes = 64 * 1_024
    /// Payload bytes of one claim at the most, so that the answer fits into one message; a single row always fits.
    package static let maximumClaimBytes = 2 * 1_024 * 1_024

    private let database: any Database
    private let maximumOpen: Int
    private let board: OpenRowBoard
    private let monotonic: @Sendable () -> ContinuousClock.Instant
    /// How long rows are a worker's after it took them.
    package let lease: Duration
    private let notices = Notices<Int64, RequestRowStatus>()
    /// Finished rows that are not history yet.
    private let finished: FinishedRows
    private let sealer: PayloadSealer?

    /// Opens or makes the file, and takes up the rows that were open when it was last used.
    /// - Parameters:
    ///   - maximumOpen: open rows at the most (they are kept in memory); a group of concurrent submits may pass it by its own size.
    ///   - lease: how long rows are a worker's after it took them. 10 s: a batch takes some milliseconds, and a HIS that answers slowly
    ///     some seconds; a row of a worker that is stuck waits no longer than a person at a counter would.
    ///   - sealer: of payloads; nil leaves them as they are.
    ///   - monotonic: leases end by it.
    package static func open(
        path: String, options: SQLiteOptions = SQLiteOptions(), maximumOpen: Int = 200_000, lease: Duration = .seconds(10),
        sealer: PayloadSealer? = nil, monotonic: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws(RequestStoreError) -> RequestStore {
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase(path: path, schema: schema, options: options)
        } catch {
            throw .storage(error)
        }
        return try await open(database: database, maximumOpen: maximumOpen, lease: lease, sealer: sealer, monotonic: monotonic)
    }

    /// The same over a database that is open, with the tables of `schema`.
    package static func open(
        database: any Database, maximumOpen: Int = 200_000, lease: Duration = .seconds(10), sealer: PayloadSealer? = nil,
        monotonic: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) async throws(RequestStoreError) -> RequestStore {
        let board = OpenRowBoard(lease: lease, monotonic: monotonic)
        let opened = monotonic()
        for row in try await database.read(RequestStoreError.self, { tx in try RequestRow.open(at: opened, tx) }) { board.append(row) }
        let finished = FinishedRows(try await database.read(RequestStoreError.self) { tx in try RequestHistory.finishedCount(tx) })
        return RequestStore(
            database: database, maximumOpen: maximumOpen, board: board, finished: finished, sealer: sealer, lease: lease,
            monotonic: monotonic)
    }

    private init(
        database: any Database, maximumOpen: Int, board: OpenRowBoard, finished: FinishedRows, sealer: PayloadSealer?,
        lease: Duration, monotonic: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        self.database = database
        self.maximumOpen = maximumOpen
        self.board = board
        self.finished = finished
        self.sealer = sealer
        self.lease = lease
        self.monotonic = monotonic
    }

    /// Makes the request durable and numbers it; a replay (same submitter, id and hash) gets the row it made first, whatever became of it.
    ///
    /// Throws `.requestIDReused` for another hash, `.tooManyOpenRequests`, `.payloadTooLarge`, `.storage`.
    package func submit(_ request: NewRequest, now: UnixTime) async throws(RequestStoreError) -> RequestRowStatus {
        guard request.payload.count <= Self.maximumPayloadBytes else {
            throw .payloadTooLarge(bytes: request.payload.count, limit: Self.maximumPayloadBytes)
        }
        let (board, maximumOpen, monotonic, sealer) = (board, maximumOpen, monotonic, sealer)
        return withClaimTime(
            try await database.write(RequestStoreError.self) { tx in
                if let first = try RequestRow.find(request.submitter, request.requestID, tx) {
                    guard first.hash == request.hash else { throw RequestStoreError.requestIDReused(seq: first.status.seq) }
                    return first.status
                }
                guard board.count < maximumOpen else { throw RequestStoreError.tooManyOpenRequests(limit: maximumOpen) }
                let seq = try RequestRow.nextSequence(tx)
                let request = try request.sealed(by: sealer, as: seq)
                try RequestRow.insert(seq, request, recipient: sealer?.recipient, now: now, tx)
                let row = OpenRows.Row(seq: seq, request, recipient: sealer?.recipient, submittedAt: now, openedAt: monotonic())
                tx.afterCommit { board.append(row) }
                return row.status
            })
    }

    /// The oldest open rows of a share that are nobody else's, and of others where it helps. The same rows come again until they are
    /// completed: a worker that died loses nothing, and the inbox of the inside makes a second look harmless. Throws `.superseded`.
    package func claim(_ claim: RowClaim, now: UnixTime) throws(RequestStoreError) -> [ClaimedRow] {
        guard let rows = board.claim(claim, maximumBytes: Self.maximumClaimBytes, now: now) else {
            throw .superseded(worker: claim.partition.worker)
        }
        return rows
    }

    /// Returns true as soon as a row of the share is open: at once, or with the commit that makes one. False when the task is cancelled.
    package func waitForOpenRow(_ partition: Partition) async -> Bool {
        await board.wait(for: partition)
    }

    /// Writes outcomes back; durable when it returns. Each row is answered on its own, in the order given: the status it has now,
    /// `.outcomeConflict` or `.unknownSequence`. The same outcome again is fine and changes nothing. Throws `.storage` only.
    package func complete(
        _ completions: [RequestCompletion], now: UnixTime
    ) async throws(RequestStoreError) -> [Result<RequestRowStatus, RequestStoreError>] {
        guard !completions.isEmpty else { return [] }
        let (board, notices, finished) = (board, notices, finished)
        return try await database.write(RequestStoreError.self) { tx in
            var answers: [Result<RequestRowStatus, RequestStoreError>] = []
            for completion in completions {
                guard let before = try RequestRow.status(completion.seq, tx) else {
                    answers.append(.failure(.unknownSequence(completion.seq)))
                    continue
                }
                if let outcome = before.outcome {
                    answers.append(outcome == completion.outcome ? .success(before) : .failure(.outcomeConflict(seq: completion.seq)))
                    continue
                }
                let after = before.finished(completion, claimedAt: board.row(completion.seq)?.claimedAt, now: now)
                try RequestRow.finish(completion, claimedAt: after.claimedAt, now: now, tx)
                tx.afterCommit {
                    board.remove(after.seq)
                    finished.add(1)
                    notices.publish(after, for: after.seq)
                }
                answers.append(.success(after))
            }
            return answers
        }
    }

    /// An open row whose submitter is recorded in a trace; nil for any other.
    package func trace(of seq: Int64) -> RowTrace? {
        guard let row = board.row(seq), let parent = row.claimed.trace, parent.isSampled else { return nil }
        return RowTrace(seq: seq, parent: parent, submittedAt: row.submittedAt)
    }

    /// Where a row stands now. Throws `.unknownSequence`, `.storage`.
    package func status(_ seq: Int64) async throws(RequestStoreError) -> RequestRowStatus {
        if let row = board.row(seq) { return row.status }
        let stored = try await database.read(RequestStoreError.self) { tx in try RequestRow.status(seq, tx) }
        guard let stored else { throw .unknownSequence(seq) }
        return withClaimTime(stored)
    }

    /// Where a row stands now and at every change; ends after its outcome. Cancelling the task ends it early.
    package func watch(_ seq: Int64) -> Watch<Int64, RequestRowStatus, RequestStoreError> {
        notices.watch(seq) { () async throws(RequestStoreError) in try await self.status(seq) }
    }

    /// Moves the oldest finished rows into the history, `limit` at the most: who asks for them finds them there as before. One
    /// transaction: a crash leaves each row in one of the two.
    /// - Parameter moment: only those that were finished by then.
    /// - Returns: how many were moved; fewer than `limit` when there are no more.
    package func archive(_ limit: Int, finishedBy moment: UnixTime = UnixTime(nanoseconds: .max)) async throws(RequestStoreError) -> Int {
        let finished = finished
        return try await database.write(RequestStoreError.self) { tx in
            let moved = try RequestHistory.move(limit, finishedBy: moment, tx)
            tx.afterCommit { finished.add(-moved) }
            return moved
        }
    }

    /// Finished rows that are not history yet.
    package var finishedCount: Int { finished.count }

    /// An element whenever another `FinishedRows.lot` of rows waits to become history. For one reader.
    package var finishedLots: AsyncStream<Void> { finished.lots }

    /// How the ferry does right now.
    package func ferryState(now: UnixTime) -> FerryState { board.ferryState(now: now) }

    /// Open rows right now.
    package var openCount: Int { board.count }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }

    private func withClaimTime(_ status: RequestRowStatus) -> RequestRowStatus {
        guard !status.isFinal, let row = board.row(status.seq) else { return status }
        var status = status
        status.claimedAt = row.claimedAt
        return status
    }
}

extension RequestRowStatus {
    fileprivate func finished(_ completion: RequestCompletion, claimedAt: UnixTime?, now: UnixTime) -> RequestRowStatus {
        RequestRowStatus(
            seq: seq, submitter: submitter, requestID: requestID, outcome: completion.outcome, submittedAt: submittedAt,
            claimedAt: claimedAt, decidedAt: completion.decidedAt, finishedAt: now)
    }
}

extension NewRequest {
    /// The same with its payload sealed to the row that it becomes.
    fileprivate func sealed(by sealer: PayloadSealer?, as seq: Int64) throws -> NewRequest {
        guard let sealer else { return self }
        let binding = SealedRow.binding(seq: seq, submitter: submitter, requestID: requestID, kind: kind)
        return NewRequest(
            submitter: submitter, requestID: requestID, hash: hash, payload: try sealer.seal(payload, binding), deadline: deadline,
            trace: trace, kind: kind)
    }
}

extension OpenRows.Row {
    fileprivate init(seq: Int64, _ request: NewRequest, recipient: String?, submittedAt: UnixTime, openedAt: ContinuousClock.Instant) {
        self.init(
            claimed: ClaimedRow(
                seq: seq, submitter: request.submitter, requestID: request.requestID, payload: request.payload, deadline: request.deadline,
                trace: request.trace, recipient: recipient, kind: request.kind),
            submittedAt: submittedAt, claimedAt: nil, openedAt: openedAt)
    }

    fileprivate var status: RequestRowStatus {
        RequestRowStatus(
            seq: claimed.seq, submitter: claimed.submitter, requestID: claimed.requestID, outcome: nil, submittedAt: submittedAt,
            claimedAt: claimedAt, decidedAt: nil, finishedAt: nil)
    }
}
