internal import SampanDomain
internal import SampanStorage

/// What the HIS refuses, and why. Thrown inside a savepoint, recorded outside of it.
struct HISRefusal: Error {
    let reason: OutcomeReason

    init(_ code: StaticString, _ message: String) { reason = OutcomeReason(constant: code, message) }
}

/// The checks that a HIS makes itself, whatever was checked outside.
enum HISRules {
    static func check(_ charge: Charge, _ tx: borrowing Transaction) throws {
        do throws(DomainError) {
            try Charge.check(charge.amount)
        } catch {
            throw HISRefusal("AMOUNT_INVALID", error.message)
        }
        try checkKept(charge.institution, tx)
        if try exists("SELECT 1 FROM receipts WHERE out_trade_no = ?", tx, .text(charge.outTradeNo.text)) {
            throw HISRefusal("ALREADY_POSTED", "another request has posted this order number")
        }
    }

    static func checkKept(_ institution: InstitutionCode, _ tx: borrowing Transaction) throws {
        guard try exists("SELECT 1 FROM institutions WHERE code = ?", tx, .text(institution.text)) else {
            throw HISRefusal("INSTITUTION_UNKNOWN", "this HIS does not keep the books of that institution")
        }
    }

    /// Department and place in the queue of a booking without a hold.
    static func place(for fee: BookingFee, _ tx: borrowing Transaction) throws -> (department: String?, place: Int64?) {
        let institution = SQLValue.text(fee.charge.institution.text)
        if let code = fee.departmentCode {
            guard try exists("SELECT 1 FROM departments WHERE institution = ? AND code = ?", tx, institution, .text(code)) else {
                throw HISRefusal("DEPARTMENT_UNKNOWN", "the HIS has no department of that code")
            }
        }
        guard let id = fee.scheduleID else { return (fee.departmentCode, nil) }
        let schedule = try tx.first(
            "SELECT department, quota, booked, session FROM schedules WHERE institution = ? AND id = ?", institution, .text(id)
        ) { (department: try $0.text(0), quota: try $0.int64(1), booked: try $0.int64(2), session: try $0.optionalText(3)) }
        guard let schedule else { throw HISRefusal("SCHEDULE_UNKNOWN", "the HIS has no schedule entry of that number") }
        guard fee.departmentCode == nil || fee.departmentCode == schedule.department else {
            throw HISRefusal("DEPARTMENT_MISMATCH", "the schedule entry belongs to another department")
        }
        guard schedule.session == nil else { throw HISRefusal("HOLD_REQUIRED", "a slot of a clinic session is held before it is paid for") }
        guard schedule.booked < schedule.quota else { throw HISRefusal.full }
        return (schedule.department, schedule.booked + 1)
    }

    /// Named orders must be open, the patient's, and come to the amount. None named: the HIS posts the payment without an order.
    static func checkOrders(of fee: OutpatientFee, _ tx: borrowing Transaction) throws {
        guard !fee.chargeOrderIDs.isEmpty else { return }
        let shares = try HISBills.shares(fee.chargeOrderIDs, at: fee.charge.institution, of: fee.charge.patientNumber, tx)
        guard shares.own == fee.charge.amount else {
            throw HISRefusal("AMOUNT_MISMATCH", "the charge orders come to \(shares.own.fen) fen, \(fee.charge.amount.fen) were paid")
        }
    }

    static func checkAdmission(of deposit: InpatientDeposit, _ tx: borrowing Transaction) throws {
        let values = (SQLValue.text(deposit.charge.institution.text), SQLValue.text(deposit.admissionNumber))
        guard try exists("SELECT 1 FROM admissions WHERE institution = ? AND number = ?", tx, values.0, values.1) else {
            throw HISRefusal("ADMISSION_UNKNOWN", "the HIS has no inpatient stay of that number")
        }
    }

    private static func exists(_ sql: String, _ tx: borrowing Transaction, _ first: SQLValue) throws -> Bool {
        try tx.first(sql, first) { _ in true } ?? false
    }

    private static func exists(_ sql: String, _ tx: borrowing Transaction, _ first: SQLValue, _ second: SQLValue) throws -> Bool {
        try tx.first(sql, first, second) { _ in true } ?? false
    }
}
