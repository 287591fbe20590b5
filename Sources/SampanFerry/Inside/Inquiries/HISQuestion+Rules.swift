internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// Suggestions, rules, stops and cancellations.
extension HISQuestion {
    /// By rules alone: the same complaint gives the same answer and trace (BK-13).
    func suggest(_ request: BookingV1.SuggestDepartmentRequest, _ tx: borrowing Transaction) throws -> BookingV1.SuggestDepartmentResponse {
        guard (1...400).contains(request.complaint.utf8.count) else {
            throw DomainError(field: "complaint", message: "\(request.complaint.utf8.count) bytes; right would be 1 to 400")
        }
        let visitor = KnownVisitor(request.visitor)
        let rules = try HISBookingRules.all(request.institutionCode, tx)
        let departments = Dictionary(uniqueKeysWithValues: try onlineDepartments(request.institutionCode, tx).map { ($0.code, $0) })
        var (weights, trace) = ([String: Int64](), [BookingV1.RuleTrace]())
        for rule in rules where rule.kind == .suggestion && rule.isEnabled {
            guard let keyword = rule.keyword, let code = rule.department, request.complaint.contains(keyword) else { continue }
            let result: String
            if departments[code] == nil {
                result = "NOT_ONLINE"
            } else if let hiding = visitor.hidingRule(of: code, rules) {
                result = "HIDDEN_BY_\(hiding.id)"
            } else {
                result = "MATCHED"
                weights[code, default: 0] += rule.weight
            }
            trace.append(BookingV1.RuleTrace(ruleID: rule.id, departmentCode: code, result: result))
        }
        let best = weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return BookingV1.SuggestDepartmentResponse(
            suggestions: best.map { BookingV1.DepartmentSuggestion(department: departments[$0.key], weight: UInt32(clamping: $0.value)) },
            trace: trace)
    }

    func rules(_ request: BookingV1.ListBookingRulesRequest, _ tx: borrowing Transaction) throws -> BookingV1.ListBookingRulesResponse {
        BookingV1.ListBookingRulesResponse(
            rules: try HISBookingRules.all(request.institutionCode, tx).map(\.message),
            changes: try HISBookingRules.changes(request.institutionCode, tx).map {
                BookingV1.BookingRuleChange(rule: $0.rule.message, changedBy: $0.by, changedAt: $0.at.message)
            })
    }

    func stop(_ question: GatewayV1.GetClinicStopQuestion, _ tx: borrowing Transaction) throws -> BookingV1.ClinicStop {
        let stop = try tx.first(
            "SELECT session, reason, holds, bookings, refund_fen, stopped_at FROM clinic_stops WHERE number = ? AND institution = ?",
            .text(question.stopNumber), .text(question.institutionCode)
        ) { row in
            BookingV1.ClinicStop(
                institutionCode: question.institutionCode, stopNumber: question.stopNumber, sessionID: try row.text(0),
                reason: try row.text(1), holds: UInt32(clamping: try row.int64(2)), bookings: UInt32(clamping: try row.int64(3)),
                refundFen: try row.int64(4), stoppedAt: UnixTime(nanoseconds: try row.int64(5)).message)
        }
        guard let stop else { throw HISRefusal("STOP_UNKNOWN", "the HIS has no stop of that number") }
        return stop
    }

    func cancellations(
        _ question: GatewayV1.ListCancellationsQuestion, _ tx: borrowing Transaction
    ) throws -> GatewayV1.ListCancellationsAnswer {
        guard let after = Int64(exactly: question.after), (1...500).contains(question.limit) else {
            throw DomainError(field: "limit", message: "\(question.limit); right would be 1 to 500")
        }
        let cancellations = try tx.rows(
            """
            SELECT c.id, c.kind, c.institution, c.hold_number, h.submitter, c.message, r.out_trade_no, r.receipt_no, v.amount_fen, c.at
            FROM cancellations c JOIN holds h ON h.number = c.hold_number LEFT JOIN reversals v ON v.number = c.reversal
            LEFT JOIN receipts r ON r.receipt_no = v.receipt_no WHERE c.id > ? ORDER BY c.id LIMIT ?
            """, .integer(after), .integer(Int64(question.limit))
        ) { row in
            GatewayV1.Cancellation(
                number: UInt64(clamping: try row.int64(0)),
                kind: try row.int64(1) == HISReversals.Kind.stopped.rawValue ? .stopped : .cancelled,
                institutionCode: try row.text(2), holdNumber: try row.text(3), submitter: try row.text(4), message: try row.text(5),
                outTradeNo: try row.optionalText(6) ?? "", receiptNumber: try row.optionalText(7) ?? "",
                amountFen: try row.optionalInt64(8) ?? 0, at: UnixTime(nanoseconds: try row.int64(9)).message)
        }
        return GatewayV1.ListCancellationsAnswer(cancellations: cancellations)
    }
}
