internal import SampanDomain
internal import SampanRPC
internal import SampanStorage

/// SQL of the request rows: what one transaction asks of the tables. A finished row is in `requests` at first, and in `request_history`
/// later (`RequestHistory`); in one of the two.
enum RequestRow {
    private static let columns =
        "seq, submitter, request_id, state, receipt, reason, message, submitted_at, claimed_at, decided_at, finished_at"

    static func status(_ seq: Int64, _ tx: borrowing Transaction) throws -> RequestRowStatus? {
        try tx.first("SELECT \(columns) FROM requests WHERE seq = ?", .integer(seq)) { try status($0) }
            ?? tx.first("SELECT \(columns) FROM request_history WHERE seq = ?", .integer(seq)) { try status($0) }
    }

    /// The row that a submitter made under an id, and its hash.
    static func find(
        _ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction
    ) throws -> (status: RequestRowStatus, hash: [UInt8])? {
        try find("SELECT \(columns), hash FROM requests WHERE submitter = ? AND request_id = ?", submitter, id, tx)
            ?? find("SELECT \(columns), hash FROM request_history WHERE submitter = ? AND request_id = ?", submitter, id, tx)
    }

    private static func find(
        _ sql: String, _ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction
    ) throws -> (status: RequestRowStatus, hash: [UInt8])? {
        try tx.first(sql, .text(submitter.text), .text(id.text)) { (try status($0), try $0.blob(11)) }
    }

    /// Gap-free: the number is taken in the transaction that keeps the row, and a row is always in one of the tables.
    static func nextSequence(_ tx: borrowing Transaction) throws -> Int64 {
        let next = { (row: borrowing Row) in try row.int64(0) }
        return max(
            try tx.first("SELECT COALESCE(MAX(seq) + 1, 0) FROM requests", map: next) ?? 0,
            try tx.first("SELECT COALESCE(MAX(seq) + 1, 0) FROM request_history", map: next) ?? 0)
    }

    /// - Parameter recipient: to whom the payload is sealed; nil where it is not.
    static func insert(_ seq: Int64, _ request: NewRequest, recipient: String?, now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO requests (seq, submitter, request_id, hash, payload, deadline, state, submitted_at, traceparent, recipient,
                kind)
            VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?)
            """,
            .integer(seq), .text(request.submitter.text), .text(request.requestID.text), .blob(request.hash), .blob(request.payload),
            .integer(request.deadline.nanoseconds), .integer(now.nanoseconds), SQLValue(request.trace?.description),
            SQLValue(recipient), .text(request.kind))
    }

    static func finish(
        _ completion: RequestCompletion, claimedAt: UnixTime?, now: UnixTime, _ tx: borrowing Transaction
    ) throws {
        let outcome = StoredOutcome(completion.outcome)
        try tx.execute(
            """
            UPDATE requests SET state = ?, receipt = ?, reason = ?, message = ?, claimed_at = ?, decided_at = ?, finished_at = ?
            WHERE seq = ? AND state = 0
            """,
            .integer(outcome.state), SQLValue(outcome.receipt), SQLValue(outcome.reason), SQLValue(outcome.message),
            SQLValue(claimedAt?.nanoseconds), .integer(completion.decidedAt.nanoseconds), .integer(now.nanoseconds),
            .integer(completion.seq))
    }

    static func open(at instant: ContinuousClock.Instant, _ tx: borrowing Transaction) throws -> [OpenRows.Row] {
        try tx.rows(
            """
            SELECT seq, submitter, request_id, payload, deadline, submitted_at, traceparent, recipient, kind FROM requests
            WHERE state = 0 ORDER BY seq
            """
        ) { row in
            OpenRows.Row(
                claimed: ClaimedRow(
                    seq: try row.int64(0), submitter: try InstitutionCode(try row.text(1), scheme: .local),
                    requestID: try RequestID(try row.text(2)), payload: try row.blob(3), deadline: UnixTime(nanoseconds: try row.int64(4)),
                    trace: try row.optionalText(6).flatMap { TraceParent($0) }, recipient: try row.optionalText(7),
                    kind: try row.optionalText(8) ?? ""),
                submittedAt: UnixTime(nanoseconds: try row.int64(5)), claimedAt: nil, openedAt: instant)
        }
    }

    private static func status(_ row: borrowing Row) throws -> RequestRowStatus {
        RequestRowStatus(
            seq: try row.int64(0), submitter: try InstitutionCode(try row.text(1), scheme: .local),
            requestID: try RequestID(try row.text(2)),
            outcome: try StoredOutcome(
                state: try row.int64(3), receipt: try row.optionalText(4), reason: try row.optionalText(5), message: try row.optionalText(6)
            ).outcome(),
            submittedAt: UnixTime(nanoseconds: try row.int64(7)),
            claimedAt: try row.optionalInt64(8).map(UnixTime.init(nanoseconds:)),
            decidedAt: try row.optionalInt64(9).map(UnixTime.init(nanoseconds:)),
            finishedAt: try row.optionalInt64(10).map(UnixTime.init(nanoseconds:)))
    }
}
