internal import SampanDomain
internal import SampanStorage

/// The rows that were decided, by submitter and request id: the reason why a request that comes twice has one effect.
enum HISInbox {
    /// The decision made for this row; nil when there is none yet.
    ///
    /// Another body under a key that is taken is refused each time and changes nothing; outside this cannot come about (the hash is
    /// checked there).
    static func find(_ row: HISRequest, _ tx: borrowing Transaction) throws -> HISDecision? {
        if case .booking(let command) = row.command { return try HISBookingInbox.find(row, command, tx) }
        guard let charge = row.command.charge, let kind = row.command.kind else { return nil }
        return try tx.first(
            """
            SELECT out_trade_no, institution, business, amount_fen, state, receipt, reason, message, decided_at
            FROM inbox WHERE submitter = ? AND request_id = ?
            """, .text(row.submitter.text), .text(row.requestID.text)
        ) { found in
            let decidedAt = UnixTime(nanoseconds: try found.int64(8))
            let isSame =
                try found.text(0) == charge.outTradeNo.text && found.text(1) == charge.institution.text
                && found.text(2) == kind.rawValue && found.int64(3) == charge.amount.fen
            guard isSame else { return HISDecision(outcome: .rejected(reused), decidedAt: decidedAt) }
            let stored = StoredOutcome(
                state: try found.int64(4), receipt: try found.optionalText(5), reason: try found.optionalText(6),
                message: try found.optionalText(7))
            guard let outcome = try stored.outcome() else { throw StorageError(kind: .corrupt, message: "an inbox row without an outcome") }
            return HISDecision(outcome: outcome, decidedAt: decidedAt)
        }
    }

    static let reused = OutcomeReason(constant: "REQUEST_ID_REUSED", "the HIS has decided another request under this id")

    /// The decision under a key, whatever was asked for.
    static func find(_ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction) throws -> HISDecision? {
        if let booking = try HISBookingInbox.find(submitter, id, tx) { return booking }
        return try tx.first(
            "SELECT state, receipt, reason, message, decided_at FROM inbox WHERE submitter = ? AND request_id = ?", .text(submitter.text),
            .text(id.text)
        ) { found in
            let stored = StoredOutcome(
                state: try found.int64(0), receipt: try found.optionalText(1), reason: try found.optionalText(2),
                message: try found.optionalText(3))
            guard let outcome = try stored.outcome() else { throw StorageError(kind: .corrupt, message: "an inbox row without an outcome") }
            return HISDecision(outcome: outcome, decidedAt: UnixTime(nanoseconds: try found.int64(4)))
        }
    }

    static func insert(_ row: HISRequest, _ decision: HISDecision, _ ferryOperator: HISOperator, _ tx: borrowing Transaction) throws {
        if case .booking(let command) = row.command { return try HISBookingInbox.insert(row, command, decision, ferryOperator, tx) }
        guard let charge = row.command.charge, let kind = row.command.kind else { return }
        let outcome = StoredOutcome(decision.outcome)
        try tx.execute(
            """
            INSERT INTO inbox (submitter, request_id, seq, out_trade_no, institution, business, amount_fen, state, receipt, reason, message,
                decided_at, operator_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(row.submitter.text), .text(row.requestID.text), .integer(row.seq), .text(charge.outTradeNo.text),
            .text(charge.institution.text), .text(kind.rawValue), .integer(charge.amount.fen), .integer(outcome.state),
            SQLValue(outcome.receipt), SQLValue(outcome.reason), SQLValue(outcome.message), .integer(decision.decidedAt.nanoseconds),
            .text(ferryOperator.text))
    }
}
