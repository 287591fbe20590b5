internal import SampanDomain
internal import SampanStorage

/// Rows that could not be opened and are never to be posted, by submitter and request id: a worker that has another key, or the same row
/// later and whole, finds the refusal, and the money that went back is not charged.
enum HISUnreadableRows {
    static func find(_ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction) throws -> HISDecision? {
        try tx.first(
            "SELECT reason, message, decided_at FROM unreadable_rows WHERE submitter = ? AND request_id = ?", .text(submitter.text),
            .text(id.text)
        ) { row in
            HISDecision(
                outcome: .rejected(try OutcomeReason(code: try row.text(0), message: try row.text(1))),
                decidedAt: UnixTime(nanoseconds: try row.int64(2)))
        }
    }

    /// The decision that there is, whatever it is of, or the mark that there will be none.
    static func refuse(
        _ row: UnreadableRow, _ reason: OutcomeReason, _ ferryOperator: HISOperator, now: UnixTime, _ tx: borrowing Transaction
    ) throws -> HISDecision {
        if let first = try find(row.submitter, row.requestID, tx) ?? HISInbox.find(row.submitter, row.requestID, tx) { return first }
        try tx.execute(
            """
            INSERT INTO unreadable_rows (submitter, request_id, seq, reason, message, decided_at, operator_id) VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(row.submitter.text), .text(row.requestID.text), .integer(row.seq), .text(reason.code), .text(reason.message),
            .integer(now.nanoseconds), .text(ferryOperator.text))
        return HISDecision(outcome: .rejected(reason), decidedAt: now)
    }

    static let table = """
        CREATE TABLE unreadable_rows (
            submitter TEXT NOT NULL, request_id TEXT NOT NULL, seq BIGINT NOT NULL, reason TEXT NOT NULL, message TEXT NOT NULL,
            decided_at BIGINT NOT NULL, operator_id TEXT NOT NULL, PRIMARY KEY (submitter, request_id));
        CREATE TRIGGER unreadable_final BEFORE UPDATE ON unreadable_rows BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END;
        CREATE TRIGGER unreadable_kept BEFORE DELETE ON unreadable_rows BEGIN SELECT RAISE(ABORT, 'an outcome is never deleted'); END;
        """
}
