internal import SampanDomain
internal import SampanStorage

/// SQL of the request rows: what one transaction asks of the table.
enum RequestRow {
    private static let columns =
        "seq, submitter, request_id, state, receipt, reason, message, submitted_at, claimed_at, decided_at, finished_at"

    static func status(_ seq: Int64, _ tx: borrowing Transaction) throws -> RequestRowStatus? {
        try tx.first("SELECT \(columns) FROM requests WHERE seq = ?", .integer(seq)) { try status($0) }
    }

    /// The row that a submitter made under an id, and its hash.
    static func find(
        _ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction
    ) throws -> (status: RequestRowStatus, hash: [UInt8])? {
        try tx.first(
            "SELECT \(columns), hash FROM requests WHERE submitter = ? AND request_id = ?", .text(submitter.text), .text(id.text)
        ) { (try status($0), try $0.blob(11)) }
    }

    /// Gap-free: the number is taken in the transaction that keeps the row, and rows are never deleted.
    static func nextSequence(_ tx: borrowing Transaction) throws -> Int64 {
        try tx.first("SELECT COALESCE(MAX(seq) + 1, 0) FROM requests") { try $0.int64(0) } ?? 0
    }

    static func insert(_ seq: Int64, _ request: NewRequest, now: UnixTime, _ tx: borrowing Transaction) throws {
        try tx.execute(
            """
            INSERT INTO requests (seq, submitter, request_id, hash, payload, deadline, state, submitted_at) VALUES (?, ?, ?, ?, ?, ?, 0, ?)
            """,
            .integer(seq), .text(request.submitter.text), .text(request.requestID.text), .blob(request.hash), .blob(request.payload),
            .integer(request.deadline.nanoseconds), .integer(now.nanoseconds))
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

    static func open(_ tx: borrowing Transaction) throws -> [OpenRows.Row] {
        try tx.rows(
            "SELECT seq, submitter, request_id, payload, deadline, submitted_at FROM requests WHERE state = 0 ORDER BY seq"
        ) { row in
            OpenRows.Row(
                claimed: ClaimedRow(
                    seq: try row.int64(0), submitter: try InstitutionCode(try row.text(1), scheme: .local),
                    requestID: try RequestID(try row.text(2)), payload: try row.blob(3), deadline: UnixTime(nanoseconds: try row.int64(4))),
                submittedAt: UnixTime(nanoseconds: try row.int64(5)), claimedAt: nil)
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
