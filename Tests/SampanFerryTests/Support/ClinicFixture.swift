import SampanAPI
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

/// A HIS with a morning clinic of the 18th, four slots of an hour with two places each, and how its rows are made.
struct ClinicFixture {
    static let hospital = "4699010001"
    static let app = "APP-RESIDENT"
    /// 2026-11-18 02:55 in China, five hours before the clinic.
    static let early = HISAdapterConformance.early
    static let worker: HISOperator = {
        do { return try HISOperator(worker: 3) } catch { preconditionFailure("\(error)") }
    }()

    static func seed(quota: Int64 = 8, length: Int64 = 60) throws -> HISSeed {
        var seed = HISSeed.paymentDay
        let day = try #require(BusinessDay("2026-11-18"))
        seed.experts = [
            HISSeed.Expert(institution: hospital, code: "E1", department: "03", name: "王建国", title: "主任医师"),
            HISSeed.Expert(institution: hospital, code: "E2", department: "03", name: "李秀英", title: "副主任医师", isOnline: false),
        ]
        seed.sessions = [
            HISSeed.Session(
                institution: hospital, id: "S1", department: "03", expert: "E1", day: day,
                grid: try SlotGrid(session: 480..<720, length: length, quota: quota)),
            HISSeed.Session(
                institution: hospital, id: "S2", department: "07", day: day, half: 2,
                grid: try SlotGrid(session: 840..<1_020, length: 180, quota: 3)),
        ]
        return seed
    }

    static func after(_ seconds: Int64) -> UnixTime { early.advanced(byNanoseconds: seconds * 1_000_000_000) }

    static func row(
        _ id: String, _ command: HISCommand, from submitter: String = app, deadline: UnixTime = UnixTime(nanoseconds: .max)
    ) throws -> HISRequest {
        HISRequest(
            seq: 0, submitter: try InstitutionCode(submitter, scheme: .local), requestID: try RequestID(id), deadline: deadline,
            command: command)
    }

    static func hold(
        _ id: String, _ slot: String = "S1-480", patient: String? = nil, payer: PayerClass = .selfPaid, lifetime: Int64 = 600,
        institution: String = hospital, from submitter: String = app
    ) throws -> HISRequest {
        try row(
            id,
            .booking(
                .hold(
                    try SlotHold(
                        institution: try InstitutionCode(institution, scheme: .local), scheduleID: slot,
                        patientNumber: patient ?? "P-\(id)",
                        payer: payer, lifetime: lifetime))), from: submitter)
    }

    static func pay(
        _ order: String, hold: String, fen: Int64 = 1_500, patient: String? = nil, schedule: String? = nil, department: String? = nil,
        from submitter: String = app
    ) throws -> HISRequest {
        let charge = try Charge(
            outTradeNo: OutTradeNo(order), institution: InstitutionCode(hospital, scheme: .local), amount: Money(fen: fen),
            channel: .wechatPay, channelTransactionID: "42\(order)", paidAt: early, patientNumber: patient)
        return try row(
            "payment:\(order)",
            .bookingFee(try BookingFee(charge: charge, departmentCode: department, scheduleID: schedule, holdNumber: hold)),
            from: submitter)
    }

    static func place(_ number: String) throws -> HeldPlace {
        try HeldPlace(institution: try InstitutionCode(hospital, scheme: .local), holdNumber: number)
    }

    static func stop(_ id: String, session: String = "S1", reason: String = "医生急诊手术") throws -> HISRequest {
        try row(
            id,
            .booking(
                .stop(
                    try ClinicSessionStop(
                        institution: try InstitutionCode(hospital, scheme: .local), sessionID: session, reason: reason))), from: hospital)
    }
}

extension HISStore {
    /// The number that the row was done under, or the reason why not.
    func answer(_ row: HISRequest, at now: UnixTime = ClinicFixture.early) async -> String {
        let answers = await post([row], by: ClinicFixture.worker, now: now)
        guard case .decided(let decision) = answers.first else { return "UNKNOWN" }
        return switch decision.outcome {
        case .posted(let number): number.text
        case .rejected(let reason), .expired(let reason): reason.code
        }
    }

    /// The answer to a question, or the refusal.
    func ask(
        _ question: GatewayV1.Inquiry.Question, as asker: String = ClinicFixture.app, at now: UnixTime = ClinicFixture.early
    ) async throws -> GatewayV1.InquiryAnswer.Answer {
        let answer = try await answer(GatewayV1.Inquiry(id: 7, asker: asker, question: question), now: now)
        #expect(answer.id == 7)
        return try #require(answer.answer)
    }

    func slot(_ id: String = "S1-480", at now: UnixTime = ClinicFixture.early) async throws -> BookingV1.Slot {
        let answer = try await ask(
            .listSlots(BookingV1.ListSlotsRequest(institutionCodes: [ClinicFixture.hospital], dateFrom: "2026-11-18")), at: now)
        guard case .listSlots(let list) = answer else { throw StorageError(kind: .misuse, message: "\(answer)") }
        return try #require(list.slots.first { $0.scheduleID == id })
    }

    func booking(_ number: String, as asker: String = ClinicFixture.app, at now: UnixTime = ClinicFixture.early) async throws
        -> BookingV1.Booking?
    {
        let question = BookingV1.GetBookingRequest(institutionCode: ClinicFixture.hospital, holdNumber: number)
        guard case .getBooking(let answer) = try await ask(.getBooking(question), as: asker, at: now) else { return nil }
        return answer.booking
    }

    /// What has to hold at every moment; the text says what does not.
    func faults() async throws -> [String] {
        try await database.read { tx in
            var found: [String] = []
            for (text, sql) in Self.invariants {
                found += try tx.rows(sql) { "\(text): \(try $0.text(0))" }
            }
            return found
        }
    }

    /// Each with a query for what breaks it.
    private static let invariants = [
        ("a slot has more than its quota", "SELECT id FROM schedules WHERE held + booked > quota OR held < 0"),
        (
            "a slot's count of holds is not that of its holds",
            """
            SELECT id FROM schedules s WHERE session IS NOT NULL AND held <> (SELECT COUNT(*) FROM holds h
                WHERE h.institution = s.institution AND h.schedule_id = s.id AND h.state = 1)
            """
        ),
        (
            "a slot's count of bookings is not that of its bookings",
            """
            SELECT id FROM schedules s WHERE session IS NOT NULL AND booked <> (SELECT COUNT(*) FROM holds h
                WHERE h.institution = s.institution AND h.schedule_id = s.id AND h.state = 2)
            """
        ),
        (
            "queue numbers of a session are not 1, 2, 3 …",
            """
            SELECT session FROM bookings WHERE session IS NOT NULL GROUP BY institution, session
            HAVING COUNT(*) <> MAX(queue_number) OR COUNT(DISTINCT queue_number) <> COUNT(*) OR MIN(queue_number) <> 1
            """
        ),
        (
            "queue numbers are not in the order of confirmation",
            """
            SELECT a.receipt_no FROM bookings a JOIN bookings b ON a.institution = b.institution AND a.session = b.session
            WHERE a.queue_number < b.queue_number AND a.rowid > b.rowid
            """
        ),
        (
            "a receipt without its booking",
            "SELECT receipt_no FROM receipts WHERE receipt_no NOT IN (SELECT receipt_no FROM bookings)"
        ),
        (
            "a hold was over and is booked",
            "SELECT number FROM hold_events WHERE state IN (3, 4) AND number IN (SELECT number FROM hold_events WHERE state = 2)"
        ),
        (
            "the state of a hold is not the last that happened to it",
            """
            SELECT number FROM holds h WHERE state <> (SELECT state FROM hold_events e WHERE e.number = h.number
                ORDER BY rowid DESC LIMIT 1)
            """
        ),
        (
            "what was paid for is over, and its charge was not taken back",
            """
            SELECT number FROM holds WHERE receipt_no IS NOT NULL AND (state IN (5, 6)) <>
                (receipt_no IN (SELECT receipt_no FROM reversals))
            """
        ),
        (
            "a stop or a cancellation was not told",
            "SELECT number FROM holds WHERE (state IN (5, 6)) <> (number IN (SELECT hold_number FROM cancellations))"
        ),
        (
            "parts of a fee do not sum",
            "SELECT number FROM holds WHERE registration_fen + consultation_fen <> insurer_fen + self_fen"
        ),
        (
            "a charge is not what the hold said",
            "SELECT h.number FROM holds h JOIN receipts r USING (receipt_no) WHERE h.self_fen <> r.amount_fen"
        ),
        (
            "a stopped session has a place that is held or booked",
            """
            SELECT s.id FROM schedules s JOIN clinic_sessions c ON c.institution = s.institution AND c.id = s.session
            WHERE c.state = 2 AND s.held + s.booked > 0
            """
        ),
    ]
}
