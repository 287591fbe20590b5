internal import SampanDomain
internal import SampanStorage

/// The inbox of rows without money, as `HISInbox` is that of charges: the reason why one that comes twice has one effect.
enum HISBookingInbox {
    static func find(_ row: HISRequest, _ command: BookingCommand, _ tx: borrowing Transaction) throws -> HISDecision? {
        try tx.first(
            "SELECT body, state, number, reason, message, decided_at FROM booking_inbox WHERE submitter = ? AND request_id = ?",
            .text(row.submitter.text), .text(row.requestID.text)
        ) { found in
            let decision = try decision(found)
            guard try found.text(0) == command.body else {
                return HISDecision(outcome: .rejected(HISInbox.reused), decidedAt: decision.decidedAt)
            }
            return decision
        }
    }

    /// The decision under a key, whatever was asked for.
    static func find(_ submitter: InstitutionCode, _ id: RequestID, _ tx: borrowing Transaction) throws -> HISDecision? {
        try tx.first(
            "SELECT body, state, number, reason, message, decided_at FROM booking_inbox WHERE submitter = ? AND request_id = ?",
            .text(submitter.text), .text(id.text), map: decision)
    }

    private static func decision(_ found: borrowing Row) throws -> HISDecision {
        let stored = StoredOutcome(
            state: try found.int64(1), receipt: try found.optionalText(2), reason: try found.optionalText(3),
            message: try found.optionalText(4))
        guard let outcome = try stored.outcome() else { throw StorageError(kind: .corrupt, message: "an inbox row without an outcome") }
        return HISDecision(outcome: outcome, decidedAt: UnixTime(nanoseconds: try found.int64(5)))
    }

    static func insert(
        _ row: HISRequest, _ command: BookingCommand, _ decision: HISDecision, _ ferryOperator: HISOperator, _ tx: borrowing Transaction
    ) throws {
        let outcome = StoredOutcome(decision.outcome)
        try tx.execute(
            """
            INSERT INTO booking_inbox (submitter, request_id, seq, body, state, number, reason, message, decided_at, operator_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            .text(row.submitter.text), .text(row.requestID.text), .integer(row.seq), .text(command.body), .integer(outcome.state),
            SQLValue(outcome.receipt), SQLValue(outcome.reason), SQLValue(outcome.message), .integer(decision.decidedAt.nanoseconds),
            .text(ferryOperator.text))
    }
}

extension BookingCommand {
    /// All that makes it what it is. A bar parts the fields, so every reference has its length before it.
    fileprivate var body: String {
        func joined(_ fields: [String]) -> String { fields.map { "\($0.utf8.count):\($0)" }.joined(separator: "|") }
        switch self {
        case .hold(let hold):
            return joined(["hold", hold.institution.text, hold.scheduleID, hold.patientNumber, "\(hold.payer)", "\(hold.lifetime)"])
        case .release(let place): return joined(["release", place.institution.text, place.holdNumber.text])
        case .cancel(let place): return joined(["cancel", place.institution.text, place.holdNumber.text])
        case .stop(let stop): return joined(["stop", stop.institution.text, stop.sessionID, stop.reason])
        case .putRule(let rule, let institution):
            let numbers = [rule.kind.rawValue, rule.isEnabled ? 1 : 0, rule.minimumAge, rule.maximumAge, rule.sex, rule.weight]
            let texts = ["rule", institution.text, rule.id, rule.department ?? "", rule.keyword ?? ""]
            return joined(texts + numbers.map { $0.map(String.init) ?? "" })
        }
    }
}
