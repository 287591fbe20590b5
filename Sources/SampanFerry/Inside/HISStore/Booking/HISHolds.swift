internal import SampanDomain
internal import SampanStorage

/// A place of a slot through its life: held, booked, given back.
///
/// ```
///  (free) ──hold──► held ──book (paid)──► booked ──cancel──► cancelled ■   (place free again)
///                    │ │ └─release─► released ■   │
///                    │ └───expire──► expired ■    └──stop──► stopped ■
///                    └─────stop────► stopped ■
/// ```
/// Whether a late payment meets a hold or its end is decided in one transaction: the one that books first ends what is over, for good,
/// whatever becomes of the payment. A hold that expired is never booked, also by a clock that goes back.
struct HISHolds {
    let ferryOperator: HISOperator
    let now: UnixTime

    /// States as the table has them.
    enum State {
        static let held: Int64 = 1, booked: Int64 = 2, released: Int64 = 3, expired: Int64 = 4, stopped: Int64 = 5, cancelled: Int64 = 6
    }

    // MARK: Hold

    func hold(_ hold: SlotHold, for submitter: InstitutionCode, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let place = (SQLValue.text(hold.institution.text), SQLValue.text(hold.scheduleID))
        guard let slot = try HISSlot.find(hold.institution, hold.scheduleID, tx) else {
            throw HISRefusal("SCHEDULE_UNKNOWN", "the HIS has no slot of that number")
        }
        guard !slot.isStopped else { throw HISRefusal.stopped }
        guard slot.isOnline else { throw HISRefusal("NOT_ONLINE", "the department or expert is not open for online booking") }
        guard try slot.end > now else { throw HISRefusal("SLOT_OVER", "the time of the slot is over") }
        if hold.payer == .insured { try HISBookingRules.checkInsured(at: hold.institution, tx) }
        let fee = try slot.fee(hold.payer)
        guard fee.own > .zero else { throw HISRefusal("NOTHING_TO_PAY", "nothing is to be paid: the window confirms it") }
        try checkOnce(hold, slot, tx)
        let taken = try tx.execute(
            "UPDATE schedules SET held = held + 1 WHERE institution = ? AND id = ? AND held + booked < quota", place.0, place.1)
        guard taken == 1 else { throw HISRefusal.full }
        let number = try HISNumbers.hold.next(now, tx)
        try tx.execute(
            """
            INSERT INTO holds (number, institution, schedule_id, session, patient_number, payer_class, registration_fen, consultation_fen,
                insurer_fen, self_fen, state, submitter, held_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?)
            """,
            .text(number.text), place.0, place.1, .text(slot.session), .text(hold.patientNumber), .integer(hold.payer.rawValue),
            .integer(fee.registration.fen), .integer(fee.consultation.fen), .integer(fee.insurer.fen), .integer(fee.own.fen),
            .text(submitter.text), .integer(now.nanoseconds),
            .integer(now.advanced(byNanoseconds: hold.lifetime * 1_000_000_000).nanoseconds))
        try note(number.text, State.held, proof: "", tx)
        return number
    }

    /// One place of a session for one patient: places are for people.
    private func checkOnce(_ hold: SlotHold, _ slot: HISSlot, _ tx: borrowing Transaction) throws {
        let other = try tx.first(
            "SELECT state FROM holds WHERE institution = ? AND session = ? AND patient_number = ? AND state IN (1, 2)",
            .text(hold.institution.text), .text(slot.session), .text(hold.patientNumber)
        ) { try $0.int64(0) }
        switch other {
        case nil: break
        case State.held: throw HISRefusal("HOLD_EXISTS", "the patient holds a place of this clinic already")
        default: throw HISRefusal("BOOKING_EXISTS", "the patient has booked this clinic already")
        }
    }

    // MARK: The ends of a hold

    /// Ends the holds whose time is over of the session that a row is about; what it decides then sees places as they are.
    func expire(for command: HISCommand, _ tx: borrowing Transaction) throws {
        let session: String?
        switch command {
        case .booking(.hold(let hold)): session = try HISSlot.session(hold.institution, hold.scheduleID, tx)
        case .booking(.release(let place)), .booking(.cancel(let place)): session = try HeldRow.find(place, tx)?.session
        case .bookingFee(let fee):
            guard let number = fee.holdNumber else { return }
            session = try tx.first(
                "SELECT session FROM holds WHERE number = ? AND institution = ?", .text(number.text), .text(fee.charge.institution.text)
            ) { try $0.text(0) }
        case .booking(.stop(let stop)): session = stop.sessionID
        case .booking(.putRule), .outpatientFee, .inpatientDeposit: return
        }
        guard let session else { return }
        let due = try tx.rows(
            "SELECT number, schedule_id FROM holds WHERE institution = ? AND session = ? AND state = 1 AND expires_at < ?",
            .text(command.institution.text), .text(session), .integer(now.nanoseconds)
        ) { (number: try $0.text(0), schedule: try $0.text(1)) }
        for hold in due {
            try move(hold.number, to: State.expired, proof: "", tx)
            try giveBack(command.institution, hold.schedule, "held", tx)
        }
    }

    func release(_ place: HeldPlace, by submitter: InstitutionCode, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let row = try HeldRow.own(place, submitter, tx)
        guard row.state == State.held else { throw HISRefusal.ended(row.state) }
        try move(row.number, to: State.released, proof: "", tx)
        try giveBack(place.institution, row.schedule, "held", tx)
        return place.holdNumber
    }

    /// 退号: of a booking whose slot has not begun.
    func cancel(_ place: HeldPlace, by submitter: InstitutionCode, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        let row = try HeldRow.own(place, submitter, tx)
        guard row.state == State.booked, let receipt = row.receipt else {
            throw row.state == State.held
                ? HISRefusal("HOLD_NOT_BOOKED", "it is held and not paid for: release it") : HISRefusal.ended(row.state)
        }
        guard let slot = try HISSlot.find(place.institution, row.schedule, tx), try slot.start > now else {
            throw HISRefusal("CUT_OFF_PASSED", "the slot has begun: the window decides")
        }
        try tx.execute("UPDATE bookings SET state = 3 WHERE receipt_no = ?", .text(receipt))
        let reversal = try HISReversals.reverse(receipt, ferryOperator, now, tx)
        try move(row.number, to: State.cancelled, proof: reversal, tx)
        try giveBack(place.institution, row.schedule, "booked", tx)
        try HISReversals.tell(.cancelled, place.institution, row.number, "退号", reversal, now, tx)
        return place.holdNumber
    }

    // MARK: Book

    /// The hold becomes a booking by a paid fee: the next queue number of its session, in the order of these transactions (BK-10).
    func book(
        _ number: ReceiptNumber, _ fee: BookingFee, _ receipt: ReceiptNumber, by submitter: InstitutionCode, _ tx: borrowing Transaction
    ) throws {
        let institution = fee.charge.institution
        let row = try HeldRow.own(try HeldPlace(institution: institution, holdNumber: number.text), submitter, tx)
        guard row.state == State.held else { throw HISRefusal.ended(row.state) }
        guard let slot = try HISSlot.find(institution, row.schedule, tx) else { throw HISRefusal("SCHEDULE_UNKNOWN", "the slot is gone") }
        guard !slot.isStopped else { throw HISRefusal.stopped }
        guard fee.scheduleID == nil || fee.scheduleID == row.schedule else {
            throw HISRefusal("SCHEDULE_MISMATCH", "the hold is of another slot")
        }
        guard fee.departmentCode == nil || fee.departmentCode == slot.department else {
            throw HISRefusal("DEPARTMENT_MISMATCH", "the schedule entry belongs to another department")
        }
        guard fee.charge.patientNumber == nil || fee.charge.patientNumber == row.patient else {
            throw HISRefusal("PATIENT_MISMATCH", "the hold is another patient's")
        }
        if row.payer == .insured { try HISBookingRules.checkInsured(at: institution, tx) }
        guard fee.charge.amount == row.own else {
            throw HISRefusal("AMOUNT_MISMATCH", "\(row.own.fen) fen are to be paid, \(fee.charge.amount.fen) were")
        }
        let session = (SQLValue.text(institution.text), SQLValue.text(slot.session))
        try tx.execute("UPDATE clinic_sessions SET last_queue = last_queue + 1 WHERE institution = ? AND id = ?", session.0, session.1)
        let queue = try tx.first("SELECT last_queue FROM clinic_sessions WHERE institution = ? AND id = ?", session.0, session.1) {
            try $0.int64(0)
        }
        guard let queue else { throw StorageError(kind: .corrupt, message: "a slot without its session") }
        try tx.execute(
            "UPDATE schedules SET held = held - 1, booked = booked + 1 WHERE institution = ? AND id = ?", session.0, .text(row.schedule))
        try tx.execute(
            "UPDATE holds SET state = 2, receipt_no = ?, queue_number = ? WHERE number = ?", .text(receipt.text), .integer(queue),
            .text(row.number))
        try note(row.number, State.booked, proof: receipt.text, tx)
        try tx.execute(
            """
            INSERT INTO bookings (receipt_no, institution, department, schedule_id, session, queue_number, hold_number)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            .text(receipt.text), session.0, .text(slot.department), .text(row.schedule), session.1, .integer(queue), .text(row.number))
    }

    // MARK: Steps

    func move(_ number: String, to state: Int64, proof: String, _ tx: borrowing Transaction) throws {
        try tx.execute("UPDATE holds SET state = ? WHERE number = ?", .integer(state), .text(number))
        try note(number, state, proof: proof, tx)
    }

    private func note(_ number: String, _ state: Int64, proof: String, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO hold_events VALUES (?, ?, ?, ?, ?)", .text(number), .integer(state), .integer(now.nanoseconds),
            .text(ferryOperator.text), .text(proof))
    }

    /// - Parameter count: `held` or `booked`.
    func giveBack(_ institution: InstitutionCode, _ schedule: String, _ count: StaticString, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "UPDATE schedules SET \(count) = \(count) - 1 WHERE institution = ? AND id = ?", .text(institution.text), .text(schedule))
    }
}

/// A hold as its steps look at it.
struct HeldRow {
    let number: String
    let schedule: String
    let session: String
    let patient: String
    let payer: PayerClass
    let own: Money
    let state: Int64
    let receipt: String?
    let submitter: String

    static func find(_ place: HeldPlace, _ tx: borrowing Transaction) throws -> HeldRow? {
        try tx.first(
            """
            SELECT number, schedule_id, session, patient_number, payer_class, self_fen, state, receipt_no, submitter FROM holds
            WHERE number = ? AND institution = ?
            """, .text(place.holdNumber.text), .text(place.institution.text)
        ) { row in
            HeldRow(
                number: try row.text(0), schedule: try row.text(1), session: try row.text(2), patient: try row.text(3),
                payer: try PayerClass(stored: try row.int64(4)), own: Money(fen: try row.int64(5)), state: try row.int64(6),
                receipt: try row.optionalText(7), submitter: try row.text(8))
        }
    }

    /// Another institution's is as if it were not there.
    static func own(_ place: HeldPlace, _ submitter: InstitutionCode, _ tx: borrowing Transaction) throws -> HeldRow {
        guard let row = try find(place, tx), row.submitter == submitter.text else { throw HISRefusal.unknownHold }
        return row
    }
}

extension PayerClass {
    init(stored number: Int64) throws(StorageError) {
        guard let known = PayerClass(rawValue: number) else { throw StorageError(kind: .corrupt, message: "\(number) is no payer class") }
        self = known
    }
}

extension HISRefusal {
    static let stopped = HISRefusal("CLINIC_STOPPED", "停诊: the clinic session is stopped")
    static let full = HISRefusal("SCHEDULE_FULL", "号满: all places of the schedule entry are taken")
    static let unknownHold = HISRefusal("HOLD_UNKNOWN", "the HIS has no hold of that number for this institution")

    /// What stands in the way where something is asked of a hold that is over.
    static func ended(_ state: Int64) -> HISRefusal {
        switch state {
        case HISHolds.State.booked: HISRefusal("HOLD_BOOKED", "the hold is paid for already")
        case HISHolds.State.released: HISRefusal("HOLD_RELEASED", "the hold was given back")
        case HISHolds.State.expired: HISRefusal("HOLD_EXPIRED", "the hold has expired")
        case HISHolds.State.stopped: .stopped
        default: HISRefusal("BOOKING_CANCELLED", "the booking was cancelled")
        }
    }
}
