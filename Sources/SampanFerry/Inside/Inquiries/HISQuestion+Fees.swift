internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// Bills and payments, of one patient only.
extension HISQuestion {
    func openBills(_ request: FeeV1.ListOpenBillsRequest, _ tx: borrowing Transaction) throws -> FeeV1.ListOpenBillsResponse {
        let day = try day(request.date, field: "date")
        let bills = try HISBills.open(at: request.institutionCode, of: request.patientNumber, on: day.number, tx)
        return FeeV1.ListOpenBillsResponse(bills: bills.map { FeeV1.Bill($0, at: request.institutionCode) })
    }

    func bill(_ request: FeeV1.GetBillRequest, _ tx: borrowing Transaction) throws -> FeeV1.GetBillResponse {
        guard let bill = try HISBills.find(request.billID, at: request.institutionCode, tx), bill.patient == request.patientNumber else {
            throw HISRefusal("CHARGE_ORDER_UNKNOWN", "the HIS has no charge order of that number for this patient")
        }
        var message = FeeV1.Bill(bill, at: request.institutionCode)
        message.lines = try tx.rows(
            "SELECT line, name, quantity, amount_fen, insurer_fen FROM charge_items WHERE institution = ? AND order_id = ? ORDER BY line",
            .text(request.institutionCode), .text(bill.id)
        ) { row in
            FeeV1.BillLine(
                number: UInt32(clamping: try row.int64(0)), name: try row.text(1), quantity: UInt32(clamping: try row.int64(2)),
                amountFen: try row.int64(3), insurerFen: try row.int64(4))
        }
        return FeeV1.GetBillResponse(bill: message)
    }

    func quoteBill(_ request: FeeV1.QuoteBillRequest, _ tx: borrowing Transaction) throws -> FeeV1.QuoteBillResponse {
        guard (1...OutpatientFee.maximumOrders).contains(request.billIDs.count), Set(request.billIDs).count == request.billIDs.count else {
            throw DomainError(field: "bill_ids", message: "right would be 1 to \(OutpatientFee.maximumOrders) bills, each once")
        }
        let (shares, isInsured) = try HISBills.sum(request.billIDs, at: request.institutionCode, of: request.patientNumber, tx)
        var quote = FeeV1.QuoteBillResponse(split: FeeV1.BillSplit(shares))
        do {
            if isInsured { try HISBookingRules.checkInsured(at: try InstitutionCode(request.institutionCode, scheme: .local), tx) }
        } catch let refusal as HISRefusal {
            quote.refusalReason = refusal.reason.code
            quote.refusalMessage = refusal.reason.message
        }
        return quote
    }

    func paid(_ request: FeeV1.ConfirmPaymentRequest, _ tx: borrowing Transaction) throws -> FeeV1.ConfirmPaymentResponse {
        let found = try tx.first(
            "\(Self.paidFee) WHERE r.institution = ? AND r.patient_number = ? AND r.out_trade_no = ?", .text(request.institutionCode),
            .text(request.patientNumber), .text(request.outTradeNo)
        ) { try Self.paidFee($0) }
        guard let found else { throw HISRefusal("PAYMENT_NOT_POSTED", "the HIS has not posted that payment of this patient") }
        return FeeV1.ConfirmPaymentResponse(payment: try withBills(found, tx))
    }

    func payments(_ request: FeeV1.ListPaymentsRequest, _ tx: borrowing Transaction) throws -> FeeV1.ListPaymentsResponse {
        let first = try day(request.dateFrom, field: "date_from")
        let last =
            request.dateTo.isEmpty ? (request.dateFrom.isEmpty ? BusinessDay(now) : first) : try day(request.dateTo, field: "date_to")
        let (start, end) = (try UnixTime(chinaText: "\(first) 00:00:00"), try UnixTime(chinaText: "\(last.next) 00:00:00"))
        let found = try tx.rows(
            """
            \(Self.paidFee) WHERE r.institution = ? AND r.patient_number = ? AND r.posted_at >= ? AND r.posted_at < ?
            ORDER BY r.posted_at DESC, r.receipt_no DESC LIMIT 500
            """, .text(request.institutionCode), .text(request.patientNumber), .integer(start.nanoseconds), .integer(end.nanoseconds)
        ) { try Self.paidFee($0) }
        var payments: [FeeV1.PaidFee] = []
        for fee in found { payments.append(try withBills(fee, tx)) }
        return FeeV1.ListPaymentsResponse(payments: payments)
    }

    private static let paidFee = """
        SELECT r.out_trade_no, r.receipt_no, r.business, r.amount_fen, r.posted_at, v.number FROM receipts r
        LEFT JOIN reversals v ON v.receipt_no = r.receipt_no
        """

    private static func paidFee(_ row: borrowing Row) throws -> FeeV1.PaidFee {
        FeeV1.PaidFee(
            outTradeNo: try row.text(0), receiptNumber: try row.text(1), business: try row.text(2), amountFen: try row.int64(3),
            postedAt: UnixTime(nanoseconds: try row.int64(4)).message, reversalNumber: try row.optionalText(5) ?? "")
    }

    private func withBills(_ fee: FeeV1.PaidFee, _ tx: borrowing Transaction) throws -> FeeV1.PaidFee {
        var fee = fee
        fee.billIDs = try tx.rows("SELECT id FROM charge_orders WHERE receipt_no = ? ORDER BY id", .text(fee.receiptNumber)) {
            try $0.text(0)
        }
        return fee
    }
}

extension FeeV1.BillSplit {
    init(_ shares: BillShares) {
        self.init(totalFen: shares.total.fen, selfFen: shares.own.fen, insurerFen: shares.insurer.fen, reliefFen: shares.relief.fen)
    }
}

extension FeeV1.Bill {
    fileprivate init(_ bill: HISBills.Bill, at institution: String) {
        self.init(
            institutionCode: institution, billID: bill.id, date: HISQuestion.text(bill.day), departmentName: bill.department,
            doctorName: bill.doctor, payerClass: bill.payer.message, split: FeeV1.BillSplit(bill.shares), receiptNumber: bill.receipt ?? "")
    }
}
