internal import SampanDomain
internal import SampanStorage

/// One row in one HIS transaction: look into the inbox, check, post, record.
struct HISPosting {
    let row: HISRequest
    let ferryOperator: HISOperator
    let now: UnixTime

    /// Effect, outcome and inbox mark together. Throws only what makes the whole batch unknown (disk full, I/O).
    func decide(_ tx: borrowing Transaction) throws -> HISDecision {
        if let first = try HISInbox.find(row, tx) ?? HISUnreadableRows.find(row.submitter, row.requestID, tx) { return first }
        if now > row.deadline {
            let late = OutcomeReason(constant: "DEADLINE_PASSED", "the request reached the HIS after its deadline; it will not be posted")
            return try record(.expired(late), tx)
        }
        // Apart from what follows: a hold whose time is over has ended, whatever becomes of the row.
        try holds.expire(for: row.command, tx)
        do {
            return try tx.savepoint { tx in try record(try post(tx), tx) }
        } catch let refusal as HISRefusal {
            return try record(.rejected(refusal.reason), tx)
        } catch let error as StorageError {
            guard case .constraint = error.kind else { throw error }
            // A rule of the tables that no check above names: the row is at fault, not the database.
            return try record(.rejected(OutcomeReason(constant: "HIS_REFUSED", "the HIS refused the record")), tx)
        }
    }

    /// The outcome that there is, or the mark that there will be none.
    func resolve(otherwise giveUp: GiveUp, _ tx: borrowing Transaction) throws -> HISDecision {
        if let first = try HISInbox.find(row, tx) ?? HISUnreadableRows.find(row.submitter, row.requestID, tx) { return first }
        return try record(giveUp.outcome, tx)
    }

    private func record(_ outcome: RequestOutcome, _ tx: borrowing Transaction) throws -> HISDecision {
        let decision = HISDecision(outcome: outcome, decidedAt: now)
        try HISInbox.insert(row, decision, ferryOperator, tx)
        return decision
    }

    private func post(_ tx: borrowing Transaction) throws -> RequestOutcome {
        switch row.command {
        case .bookingFee(let fee):
            .posted(try charge(fee.charge, .bookingFee, tx) { receipt, tx in try book(fee, receipt, tx) })
        case .outpatientFee(let fee):
            .posted(try charge(fee.charge, .outpatientFee, tx) { receipt, tx in try settle(fee, receipt, tx) })
        case .inpatientDeposit(let deposit):
            .posted(try charge(deposit.charge, .inpatientDeposit, tx) { receipt, tx in try credit(deposit, receipt, tx) })
        case .booking(let command): .posted(try carryOut(command, tx))
        }
    }

    private func charge(
        _ charge: Charge, _ kind: PaymentKind, _ tx: borrowing Transaction,
        _ effect: (ReceiptNumber, borrowing Transaction) throws -> Void
    ) throws -> ReceiptNumber {
        try HISRules.check(charge, tx)
        let receipt = try HISReceipts.next(now, tx)
        if let patient = charge.patientNumber {
            // The first mobile payment opens the patient's file, as the window would.
            try tx.execute(
                "INSERT INTO patients VALUES (?, ?) ON CONFLICT DO NOTHING", .text(charge.institution.text), .text(patient))
        }
        try HISReceipts.insert(receipt, charge, kind, ferryOperator, now, tx)
        try effect(receipt, tx)
        return receipt
    }

    private var holds: HISHolds { HISHolds(ferryOperator: ferryOperator, now: now) }

    private func carryOut(_ command: BookingCommand, _ tx: borrowing Transaction) throws -> ReceiptNumber {
        try HISRules.checkKept(command.institution, tx)
        switch command {
        case .hold(let hold): return try holds.hold(hold, for: row.submitter, tx)
        case .release(let place): return try holds.release(place, by: row.submitter, tx)
        case .cancel(let place): return try holds.cancel(place, by: row.submitter, tx)
        case .stop(let stop): return try HISClinicStop(ferryOperator: ferryOperator, now: now).run(stop, by: row.submitter, tx)
        case .putRule(let rule, let institution):
            try HISBookingRules.put(rule, at: institution.text, by: row.submitter.text, now, tx)
            return try HISNumbers.rule.next(now, tx)
        }
    }

    private func book(_ fee: BookingFee, _ receipt: ReceiptNumber, _ tx: borrowing Transaction) throws {
        if let hold = fee.holdNumber { return try holds.book(hold, fee, receipt, by: row.submitter, tx) }
        let institution = SQLValue.text(fee.charge.institution.text)
        let (department, place) = try HISRules.place(for: fee, tx)
        if let schedule = fee.scheduleID {
            try tx.execute("UPDATE schedules SET booked = booked + 1 WHERE institution = ? AND id = ?", institution, .text(schedule))
        }
        try tx.execute(
            "INSERT INTO bookings (receipt_no, institution, department, schedule_id, place) VALUES (?, ?, ?, ?, ?)",
            .text(receipt.text), institution, SQLValue(department), SQLValue(fee.scheduleID), SQLValue(place))
    }

    private func settle(_ fee: OutpatientFee, _ receipt: ReceiptNumber, _ tx: borrowing Transaction) throws {
        try HISRules.checkOrders(of: fee, tx)
        for id in fee.chargeOrderIDs {
            try tx.execute(
                "UPDATE charge_orders SET receipt_no = ? WHERE institution = ? AND id = ? AND receipt_no IS NULL",
                .text(receipt.text), .text(fee.charge.institution.text), .text(id))
        }
    }

    private func credit(_ deposit: InpatientDeposit, _ receipt: ReceiptNumber, _ tx: borrowing Transaction) throws {
        try HISRules.checkAdmission(of: deposit, tx)
        try tx.execute(
            "INSERT INTO deposits (receipt_no, institution, admission_number) VALUES (?, ?, ?)",
            .text(receipt.text), .text(deposit.charge.institution.text), .text(deposit.admissionNumber))
    }
}
