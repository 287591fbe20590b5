internal import SampanAPI
internal import SampanDomain
internal import SampanStorage

/// Departments, experts, slots, quotes and bookings.
extension HISQuestion {
    func departments(
        _ request: BookingV1.ListDepartmentsRequest, _ tx: borrowing Transaction
    ) throws -> BookingV1.ListDepartmentsResponse {
        let visitor = KnownVisitor(request.visitor)
        var found: [BookingV1.Department] = []
        for institution in try Self.institutions(request.institutionCodes) {
            let rules = try HISBookingRules.all(institution, tx)
            found += try onlineDepartments(institution, tx).filter { department in
                (request.campus.isEmpty || department.campus == request.campus)
                    && (request.category.isEmpty || department.category == request.category)
                    && visitor.hidingRule(of: department.code, rules) == nil
            }
        }
        return BookingV1.ListDepartmentsResponse(departments: found)
    }

    /// By code.
    func onlineDepartments(_ institution: String, _ tx: borrowing Transaction) throws -> [BookingV1.Department] {
        try tx.rows(
            "SELECT code, name, campus, category FROM departments WHERE institution = ? AND online = 1 ORDER BY code", .text(institution)
        ) { row in
            BookingV1.Department(
                institutionCode: institution, code: try row.text(0), name: try row.text(1), campus: try row.text(2),
                category: try row.text(3))
        }
    }

    func experts(_ request: BookingV1.ListExpertsRequest, _ tx: borrowing Transaction) throws -> BookingV1.ListExpertsResponse {
        let day = request.date.isEmpty ? nil : try day(request.date, field: "date").number
        let experts = try tx.rows(
            """
            SELECT e.code, e.department, e.name, e.title FROM experts e
            JOIN departments d ON d.institution = e.institution AND d.code = e.department
            WHERE e.institution = ?1 AND e.department = ?2 AND e.online = 1 AND d.online = 1 AND (?3 IS NULL OR EXISTS (
                SELECT 1 FROM clinic_sessions c WHERE c.institution = e.institution AND c.expert = e.code AND c.day = ?3))
            ORDER BY e.code
            """, .text(request.institutionCode), .text(request.departmentCode), SQLValue(day)
        ) { row in
            BookingV1.Expert(
                institutionCode: request.institutionCode, code: try row.text(0), departmentCode: try row.text(1), name: try row.text(2),
                title: try row.text(3))
        }
        return BookingV1.ListExpertsResponse(experts: experts)
    }

    /// Slots of one page at the most: some hundred kilobytes.
    private static let maximumPage: UInt32 = 1_000

    func slots(_ request: BookingV1.ListSlotsRequest, _ tx: borrowing Transaction) throws -> BookingV1.ListSlotsResponse {
        let first = try day(request.dateFrom, field: "date_from")
        let last = request.dateTo.isEmpty ? first : try day(request.dateTo, field: "date_to")
        guard first <= last else { throw DomainError(field: "date_to", message: "is before date_from") }
        guard request.pageSize <= Self.maximumPage else {
            throw DomainError(field: "page_size", message: "\(request.pageSize); right would be 1 to \(Self.maximumPage)")
        }
        let limit = Int64(request.pageSize == 0 ? 500 : request.pageSize)
        let found = try HISSlot.list(
            try Self.institutions(request.institutionCodes), first.number...last.number, department: request.departmentCode,
            expert: request.expertCode, after: try Self.mark(request.pageToken), limit: limit + 1, now: now, tx)
        let page = found.prefix(Int(limit))
        let next = found.count > page.count ? page.last.map { "\($0.day):\($0.institution):\($0.schedule)" } : nil
        return BookingV1.ListSlotsResponse(slots: try page.map(Self.message), nextPageToken: next ?? "")
    }

    private static func mark(_ token: String) throws -> (Int64, String, String) {
        guard !token.isEmpty else { return (0, "", "") }
        let parts = token.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let day = Int64(parts[0]) else {
            throw DomainError(field: "page_token", message: "is none of this service")
        }
        return (day, String(parts[1]), String(parts[2]))
    }

    private static func message(_ slot: HISSlot) throws -> BookingV1.Slot {
        let left = max(0, slot.quota - slot.taken)
        return BookingV1.Slot(
            institutionCode: slot.institution, scheduleID: slot.schedule, sessionID: slot.session, departmentCode: slot.department,
            departmentName: slot.departmentName, expertCode: slot.expert ?? "", expertName: slot.expertName ?? "", date: text(slot.day),
            halfDay: BookingV1.HalfDay(rawValue: Int32(clamping: slot.half)), startMinute: UInt32(clamping: slot.minutes.lowerBound),
            endMinute: UInt32(clamping: slot.minutes.upperBound), quota: UInt32(clamping: slot.quota),
            left: slot.isStopped ? 0 : UInt32(clamping: left), state: slot.isStopped ? .stopped : left > 0 ? .open : .full,
            feeFen: try slot.fee(.selfPaid).own.fen)
    }

    func quote(_ request: BookingV1.QuoteBookingRequest, _ tx: borrowing Transaction) throws -> BookingV1.QuoteBookingResponse {
        let institution = try InstitutionCode(request.institutionCode, scheme: .local)
        let payer = try PayerClass(request.payerClass)
        guard let slot = try HISSlot.find(institution, request.scheduleID, tx) else {
            throw HISRefusal("SCHEDULE_UNKNOWN", "the HIS has no slot of that number")
        }
        var split = BookingV1.FeeSplit(try slot.fee(payer))
        do {
            if payer == .insured { try HISBookingRules.checkInsured(at: institution, tx) }
            if slot.isStopped { throw HISRefusal.stopped }
        } catch let refusal as HISRefusal {
            split.refusalReason = refusal.reason.code
            split.refusalMessage = refusal.reason.message
        }
        return BookingV1.QuoteBookingResponse(split: split)
    }

    /// Of the asker only.
    func booking(_ request: BookingV1.GetBookingRequest, _ tx: borrowing Transaction) throws -> BookingV1.Booking {
        let booking = try tx.first(
            """
            SELECT number, schedule_id, session, state, payer_class, registration_fen, consultation_fen, insurer_fen, self_fen, expires_at,
                receipt_no, queue_number FROM holds WHERE number = ? AND institution = ? AND submitter = ?
            """, .text(request.holdNumber), .text(request.institutionCode), .text(asker)
        ) { row in
            let expiry = UnixTime(nanoseconds: try row.int64(9))
            var state = try row.int64(3)
            // Nobody has ended it yet; it is over all the same.
            if state == HISHolds.State.held, expiry < now { state = HISHolds.State.expired }
            return BookingV1.Booking(
                institutionCode: request.institutionCode, holdNumber: try row.text(0), scheduleID: try row.text(1),
                sessionID: try row.text(2), state: BookingV1.BookingState(rawValue: Int32(clamping: state)),
                payerClass: try PayerClass(stored: try row.int64(4)).message,
                split: BookingV1.FeeSplit(
                    totalFen: try row.int64(7) + row.int64(8), registrationFen: try row.int64(5), consultationFen: try row.int64(6),
                    insurerFen: try row.int64(7), selfFen: try row.int64(8)),
                expiresAtMs: expiry.milliseconds, receiptNumber: try row.optionalText(10) ?? "",
                queueNumber: UInt32(clamping: try row.optionalInt64(11) ?? 0))
        }
        guard var booking else { throw HISRefusal.unknownHold }
        booking.events = try tx.rows(
            "SELECT state, at, actor, proof FROM hold_events WHERE number = ? ORDER BY rowid", .text(booking.holdNumber)
        ) {
            BookingV1.BookingEvent(
                state: BookingV1.BookingState(rawValue: Int32(clamping: try $0.int64(0))),
                atMs: UnixTime(nanoseconds: try $0.int64(1)).milliseconds, actor: try $0.text(2), proof: try $0.text(3))
        }
        return booking
    }
}

extension BookingV1.FeeSplit {
    init(_ fee: VisitFee) {
        self.init(
            totalFen: fee.total.fen, registrationFen: fee.registration.fen, consultationFen: fee.consultation.fen,
            insurerFen: fee.insurer.fen, selfFen: fee.own.fen)
    }
}

/// What is known of who looks.
struct KnownVisitor {
    let age: Int64?
    let sex: Int64?

    init(_ message: BookingV1.Visitor?) {
        age = message?.ageYears.map(Int64.init)
        sex = message.flatMap { $0.sex == .unspecified ? nil : Int64($0.sex.rawValue) }
    }

    /// The first rule by id that hides a department from them; nil where they may see it.
    func hidingRule(of department: String, _ rules: [BookingRule]) -> BookingRule? {
        rules.first { $0.department == department && !$0.fits(age: age, sex: sex) }
    }
}
