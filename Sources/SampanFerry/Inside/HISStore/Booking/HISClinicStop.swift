internal import SampanDomain
internal import SampanStorage

/// 停诊, in one transaction: nothing of the session can be held or booked after it, every holder is told, every charge is taken back (BK-06,
/// RF-06).
struct HISClinicStop {
    let ferryOperator: HISOperator
    let now: UnixTime

    func run(_ stop: ClinicSessionStop, by submitter: InstitutionCode, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let session = (SQLValue.text(stop.institution.text), SQLValue.text(stop.sessionID))
        let state = try tx.first("SELECT state FROM clinic_sessions WHERE institution = ? AND id = ?", session.0, session.1) {
            try $0.int64(0)
        }
        guard let state else { throw HISRefusal("SESSION_UNKNOWN", "the HIS has no clinic session of that number") }
        guard state == 1 else { throw HISRefusal.stopped }
        let number = try HISNumbers.stop.next(now, tx)
        try tx.execute("UPDATE clinic_sessions SET state = 2 WHERE institution = ? AND id = ?", session.0, session.1)
        let holders = try tx.rows(
            "SELECT number, schedule_id, state, receipt_no FROM holds WHERE institution = ? AND session = ? AND state IN (1, 2) ORDER BY number",
            session.0, session.1
        ) { (number: try $0.text(0), schedule: try $0.text(1), state: try $0.int64(2), receipt: try $0.optionalText(3)) }
        let holds = HISHolds(ferryOperator: ferryOperator, now: now)
        var (held, booked) = (Int64(0), Int64(0))
        for holder in holders {
            var reversal: String?
            if let receipt = holder.receipt {
                reversal = try HISReversals.reverse(receipt, ferryOperator, now, tx)
                try tx.execute("UPDATE bookings SET state = 2 WHERE receipt_no = ?", .text(receipt))
                booked += 1
            } else {
                held += 1
            }
            try holds.move(holder.number, to: HISHolds.State.stopped, proof: reversal ?? number.text, tx)
            try holds.giveBack(stop.institution, holder.schedule, holder.receipt == nil ? "held" : "booked", tx)
            try HISReversals.tell(.stopped, stop.institution, holder.number, stop.reason, reversal, now, tx)
        }
        try tx.execute(
            """
            INSERT INTO clinic_stops (number, institution, session, reason, holds, bookings, refund_fen, stopped_at, submitter)
            SELECT ?1, ?2, ?3, ?4, ?5, ?6, COALESCE(SUM(v.amount_fen), 0), ?7, ?8
            FROM reversals v JOIN holds h ON h.receipt_no = v.receipt_no
            WHERE h.institution = ?2 AND h.session = ?3 AND h.state = 5
            """,
            .text(number.text), session.0, session.1, .text(stop.reason), .integer(held), .integer(booked), .integer(now.nanoseconds),
            .text(submitter.text))
        return number
    }
}
