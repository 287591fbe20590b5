internal import SampanDomain
internal import SampanStorage

/// Outpatient bills (开单): what they come to and who bears it.
enum HISBills {
    /// A bill without its lines.
    struct Bill {
        let id: String
        let patient: String?
        let day: Int64
        let department: String
        let doctor: String
        let payer: PayerClass
        let receipt: String?
        let shares: BillShares
    }

    private static let select = """
        SELECT o.id, o.patient_number, o.day, o.department, o.doctor, o.payer_class, o.receipt_no, o.relief_fen,
            COALESCE((SELECT SUM(amount_fen) FROM charge_items i WHERE i.institution = o.institution AND i.order_id = o.id), 0),
            COALESCE((SELECT SUM(insurer_fen) FROM charge_items i WHERE i.institution = o.institution AND i.order_id = o.id), 0)
        FROM charge_orders o
        """

    static func find(_ id: String, at institution: String, _ tx: borrowing Transaction) throws -> Bill? {
        try tx.first("\(select) WHERE o.institution = ? AND o.id = ?", .text(institution), .text(id)) { try bill($0) }
    }

    /// Of this patient only, by number.
    static func open(at institution: String, of patient: String, on day: Int64, _ tx: borrowing Transaction) throws -> [Bill] {
        try tx.rows(
            "\(select) WHERE o.institution = ? AND o.patient_number = ? AND o.day = ? AND o.receipt_no IS NULL ORDER BY o.id",
            .text(institution), .text(patient), .integer(day)
        ) { try bill($0) }
    }

    /// What open bills come to together, whatever day they are of.
    /// - Parameter patient: another patient's bill is as if it were not there; nil does not ask.
    ///
    /// Throws the refusal that stands in the way of their payment, but for `SELF_PAID_ONLY`.
    static func sum(
        _ ids: [String], at institution: String, of patient: String?, _ tx: borrowing Transaction
    ) throws -> (shares: BillShares, isInsured: Bool) {
        var (shares, isInsured) = (BillShares.zero, false)
        for id in ids {
            guard let bill = try find(id, at: institution, tx), patient == nil || bill.patient == nil || bill.patient == patient else {
                throw HISRefusal("CHARGE_ORDER_UNKNOWN", "the HIS has no charge order of that number for this patient")
            }
            guard bill.receipt == nil else { throw HISRefusal("CHARGE_ORDER_SETTLED", "a charge order is settled already") }
            isInsured = isInsured || bill.payer == .insured
            do throws(DomainError) {
                shares = try shares.adding(bill.shares)
            } catch {
                throw HISRefusal("AMOUNT_INVALID", error.message)
            }
        }
        return (shares, isInsured)
    }

    /// As `sum`, for a payment that is being posted.
    static func shares(
        _ ids: [String], at institution: InstitutionCode, of patient: String?, _ tx: borrowing Transaction
    ) throws -> BillShares {
        let (shares, isInsured) = try sum(ids, at: institution.text, of: patient, tx)
        if isInsured { try HISBookingRules.checkInsured(at: institution, tx) }
        return shares
    }

    private static func bill(_ row: borrowing Row) throws -> Bill {
        Bill(
            id: try row.text(0), patient: try row.optionalText(1), day: try row.int64(2), department: try row.text(3),
            doctor: try row.text(4), payer: try PayerClass(stored: try row.int64(5)), receipt: try row.optionalText(6),
            shares: try BillShares(
                total: Money(fen: try row.int64(8)), insurer: Money(fen: try row.int64(9)), relief: Money(fen: try row.int64(7))))
    }
}
