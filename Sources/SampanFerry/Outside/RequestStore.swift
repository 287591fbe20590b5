package import SampanDomain
package import SampanStorage

/// The outer request store: requests in, numbered and durable; outcomes back, once.
///
/// Safe to use from any task. It holds nothing of the inside: no address, no credential, and it never reads a payload.
package final class RequestStore: Sendable {
    /// Bytes of one payload at the most: a request is a few hundred.
    package static let maximumPayloadBytes = 64 * 1_024
    /// Rows of one claim at the most.
    package static let maximumClaim = 1_024
    /// Payload bytes of one claim at the most, so that the answer fits into one message; a single row always fits.
    package static let maximumClaimBytes = 2 * 1_024 * 1_024

    private let database: any Database
    private let maximumOpen: Int
    private let board: OpenRowBoard
    private let notices = Notices<Int64, RequestRowStatus>()

    /// Opens or makes the file, and takes up the rows that were open when it was last used.
    /// - Parameter maximumOpen: open rows at the most (they are kept in memory); a group of concurrent submits may pass it by its own size.
    package static func open(
        path: String, options: SQLiteOptions = SQLiteOptions(), maximumOpen: Int = 200_000
    ) async throws(RequestStoreError) -> RequestStore {
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase(path: path, schema: schema, options: options)
        } catch {
            throw .storage(error)
        }
        let board = OpenRowBoard()
        for row in try await database.read(RequestStoreError.self, { tx in try RequestRow.open(tx) }) { board.append(row) }
        return RequestStore(database: database, maximumOpen: maximumOpen, board: board)
    }

    private init(database: any Database, maximumOpen: Int, board: OpenRowBoard) {
        self.database = database
        self.maximumOpen = maximumOpen
        self.board = board
    }

    /// Makes the request durable and numbers it; a replay (same submitter, id and hash) gets the row it made first, whatever became of it.
    ///
    /// Throws `.requestIDReused` for another hash, `.tooManyOpenRequests`, `.payloadTooLarge`, `.storage`.
    package func submit(_ request: NewRequest, now: UnixTime) async throws(RequestStoreError) -> RequestRowStatus {
        guard request.payload.count <= Self.maximumPayloadBytes else {
            throw .payloadTooLarge(bytes: request.payload.count, limit: Self.maximumPayloadBytes)
        }
        let (board, maximumOpen) = (board, maximumOpen)
        return withClaimTime(
            try await database.write(RequestStoreError.self) { tx in
                if let first = try RequestRow.find(request.submitter, request.requestID, tx) {
                    guard first.hash == request.hash else { throw RequestStoreError.requestIDReused(seq: first.status.seq) }
                    return first.status
                }
                guard board.count < maximumOpen else { throw RequestStoreError.tooManyOpenRequests(limit: maximumOpen) }
                let seq = try RequestRow.nextSequence(tx)
                try RequestRow.insert(seq, request, now: now, tx)
                let row = OpenRows.Row(seq: seq, request, submittedAt: now)
                tx.afterCommit { board.append(row) }
                return row.status
            })
    }

    /// The oldest open rows of a share, at most `limit` (1 to 1024). The same rows come again until they are completed:
    /// a worker that died loses nothing, and the inbox of the inside makes a second look harmless.
    package func claim(_ partition: Partition, limit: Int, now: UnixTime) throws(RequestStoreError) -> [ClaimedRow] {
        guard (1...Self.maximumClaim).contains(limit) else {
            throw .invalidClaim("limit \(limit); right would be 1 to \(Self.maximumClaim)")
        }
        return board.claim(partition, limit: limit, maximumBytes: Self.maximumClaimBytes, now: now)
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
        let (board, notices) = (board, notices)
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
                    notices.publish(after, for: after.seq)
                }
                answers.append(.success(after))
            }
            return answers
        }
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

extension OpenRows.Row {
    fileprivate init(seq: Int64, _ request: NewRequest, submittedAt: UnixTime) {
        self.init(
            claimed: ClaimedRow(
                seq: seq, submitter: request.submitter, requestID: request.requestID, payload: request.payload, deadline: request.deadline),
            submittedAt: submittedAt, claimedAt: nil)
    }

    fileprivate var status: RequestRowStatus {
        RequestRowStatus(
            seq: claimed.seq, submitter: claimed.submitter, requestID: claimed.requestID, outcome: nil, submittedAt: submittedAt,
            claimedAt: claimedAt, decidedAt: nil, finishedAt: nil)
    }
}
