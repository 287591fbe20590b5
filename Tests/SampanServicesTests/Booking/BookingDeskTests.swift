import SampanAPI
import SampanDomain
import SampanFerry
import SampanRPC
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanServices

@Suite("Booking, desks to HIS", .timeLimit(.minutes(20)))
struct BookingDeskTests {
    private static let hospital = BookingBench.hospital

    private static func seed(_ institutions: Int = 1) throws -> HISSeed {
        let codes = (0..<institutions).map { "46990100\($0 < 9 ? "0" : "")\($0 + 1)" }
        var seed = HISSeed(
            institutions: codes.map { (code: $0, name: "医院\($0)") }, departments: [("03", "内科"), ("07", "儿科")])
        let day = BusinessDay(morning)
        seed.sessions = try codes.map {
            HISSeed.Session(
                institution: $0, id: "S1", department: "03", day: day, grid: try SlotGrid(session: 1_200..<1_320, length: 60, quota: 4))
        }
        return seed
    }

    private static func with(_ seed: HISSeed? = nil, movesCancellations: Bool = true, _ body: @Sendable (BookingBench) async throws -> Void)
        async throws
    {
        let bench = try await BookingBench(try seed ?? Self.seed())
        let result: Result<Void, any Error>
        do { result = .success(try await bench.running(movesCancellations: movesCancellations, body)) } catch { result = .failure(error) }
        await bench.close()
        try result.get()
    }

    private static func failure(_ body: () async throws -> Void) async throws -> RPCError {
        struct NoFailure: Error {}
        do { try await body() } catch let error as RPCError { return error }
        throw NoFailure()
    }

    private static func hold(
        _ id: String, slot: String = "S1-1200", patient: String? = nil, payer: BookingV1.PayerClass = .selfPaid,
        institution: String = hospital
    ) -> BookingV1.HoldSlotRequest {
        BookingV1.HoldSlotRequest(
            requestID: id, institutionCode: institution, scheduleID: slot, patientNumber: patient ?? "P-\(id)", payerClass: payer)
    }

    @Test("BK-11 one call lists the slots of fourteen hospitals, or of those that are named")
    func fourteen() async throws {
        try await Self.with(try Self.seed(14)) { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            let date = BusinessDay(morning).text
            let all = try await client.listSlots(BookingV1.ListSlotsRequest(dateFrom: date)).slots
            #expect(Set(all.map(\.institutionCode)).count == 14 && all.count == 28 && all.allSatisfy { $0.state == .open && $0.left == 2 })
            let two = try await client.listSlots(
                BookingV1.ListSlotsRequest(institutionCodes: ["4699010003", "4699010014"], departmentCode: "03", dateFrom: date)
            ).slots
            #expect(Set(two.map(\.institutionCode)) == ["4699010003", "4699010014"])
            let error = try await Self.failure {
                _ = try await client.listSlots(BookingV1.ListSlotsRequest(institutionCodes: ["9999999999"]))
            }
            #expect(error.code == .invalidArgument)
            let departments = try await client.listDepartments(BookingV1.ListDepartmentsRequest()).departments
            #expect(departments.count == 28 && departments.first?.name == "内科")
        }
    }

    @Test("BK-05 BK-09 BK-10 hold, quote, pay, confirm: receipt and queue number; replays get the first answer")
    func wholeWay() async throws {
        try await Self.with { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            let quote = try #require(
                try await client.quoteBooking(
                    BookingV1.QuoteBookingRequest(institutionCode: Self.hospital, scheduleID: "S1-1200", payerClass: .insured)
                ).split)
            #expect(
                quote.totalFen == 1_500 && quote.insurerFen + quote.selfFen == 1_500
                    && quote.registrationFen + quote.consultationFen == 1_500)
            let held = try #require(try await client.holdSlot(Self.hold("a")).booking)
            #expect(held.state == .held && held.holdNumber.hasPrefix("L") && held.split?.selfFen == 1_500)
            #expect(try await client.holdSlot(Self.hold("a")).booking == held)
            let early = try await Self.failure {
                _ = try await client.confirmBooking(
                    BookingV1.ConfirmBookingRequest(institutionCode: Self.hospital, holdNumber: held.holdNumber))
            }
            #expect(early.code == .failedPrecondition && early.errorInfo?.reason == "NOT_CONFIRMED")
            let payment = try await bench.pay("SP1", hold: held.holdNumber)
            let confirmed = try #require(
                try await client.confirmBooking(
                    BookingV1.ConfirmBookingRequest(institutionCode: Self.hospital, holdNumber: held.holdNumber)
                ).booking)
            #expect(confirmed.receiptNumber == payment.state.receipt?.text && confirmed.queueNumber == 1 && confirmed.state == .booked)
            // A second payment of the hold goes back to where it came from.
            let second = try await bench.pay("SP2", hold: held.holdNumber)
            #expect(second.state.name == "refunded" && second.state.reason?.code == "HOLD_BOOKED")
            #expect(try await bench.payments.payments.equation().holds)
        }
    }

    @Test(
        "what the HIS refuses reaches the caller under its own reason and code",
        arguments: [
            ("NOT_OWN", "S1-1200", "P1", StatusCode.permissionDenied, "NOT_OWN_INSTITUTION"),
            ("a", "S9", "P1", .notFound, "SCHEDULE_UNKNOWN"), ("b", "S1-1200", "TAKEN", .alreadyExists, "HOLD_EXISTS"),
            ("c", "S1-1200", "P2", .failedPrecondition, "SCHEDULE_FULL"), ("d", "", "P1", .invalidArgument, ""),
            ("", "S1-1200", "P1", .invalidArgument, ""),
        ])
    func refusals(id: String, slot: String, patient: String, code: StatusCode, reason: String) async throws {
        try await Self.with { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            for other in ["TAKEN", "OTHER"] { _ = try await client.holdSlot(Self.hold("first-\(other)", patient: other)) }
            let asking =
                id == "NOT_OWN" ? BookingV1.BookingServiceClient(try bench.caller(.hospital, "4699010099")) : client
            let error = try await Self.failure { _ = try await asking.holdSlot(Self.hold(id, slot: slot, patient: patient)) }
            #expect(error.code == code && (reason.isEmpty || error.errorInfo?.reason == reason), "\(error)")
        }
    }

    @Test("BK-08 insured patients get their own refusal while the hospital's switch is on, and a hospital sets its own only")
    func insured() async throws {
        try await Self.with { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            let clinic = BookingV1.ClinicServiceClient(try bench.caller(.hospital, Self.hospital))
            func put(_ id: String, _ isOn: Bool) async throws {
                _ = try await clinic.putBookingRule(
                    BookingV1.PutBookingRuleRequest(
                        requestID: id, institutionCode: Self.hospital,
                        rule: BookingV1.BookingRule(id: "self-paid", kind: .selfPaidOnly, enabled: isOn)))
            }
            try await put("on", true)
            let error = try await Self.failure { _ = try await client.holdSlot(Self.hold("a", payer: .insured)) }
            #expect(error.code == .failedPrecondition && error.errorInfo?.reason == "SELF_PAID_ONLY" && error.message == "仅限于自费患者")
            try await put("off", false)
            #expect(try await client.holdSlot(Self.hold("b", payer: .insured)).booking?.split?.selfFen == 500)
            let rules = try await clinic.listBookingRules(BookingV1.ListBookingRulesRequest(institutionCode: Self.hospital))
            #expect(rules.changes.map(\.changedBy) == [Self.hospital, Self.hospital])
            let stranger = BookingV1.ClinicServiceClient(try bench.caller(.hospital, "4699010099"))
            let foreign = try await Self.failure {
                _ = try await stranger.putBookingRule(
                    BookingV1.PutBookingRuleRequest(
                        requestID: "x", institutionCode: Self.hospital,
                        rule: BookingV1.BookingRule(id: "self-paid", kind: .selfPaidOnly, enabled: true)))
            }
            #expect(foreign.code == .permissionDenied)
        }
    }

    @Test("an inside that says nothing is UNAVAILABLE in time, with its reason")
    func silent() async throws {
        let bench = try await BookingBench(try Self.seed())
        let client = BookingV1.BookingServiceClient(try bench.caller(isSilent: true))
        let error = try await Self.failure { _ = try await client.listSlots(BookingV1.ListSlotsRequest()) }
        #expect(error.code == .unavailable && error.errorInfo?.reason == "HOSPITAL_SILENT" && bench.board.openCount == 0)
        await bench.close()
    }

    @Test("BK-06 RF-05 RF-06 a stopped clinic: every holder is told, every fen goes back to where it came from, the books hold")
    func stopped() async throws {
        try await Self.with { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            var holds: [String] = []
            for (id, slot) in ["S1-1200", "S1-1200", "S1-1260", "S1-1260"].enumerated() {
                holds.append(try #require(try await client.holdSlot(Self.hold("\(id)", slot: slot)).booking?.holdNumber))
            }
            for index in 0..<3 { #expect(try await bench.pay("SP\(index)", hold: holds[index]).state.name == "posted") }
            #expect(try await bench.payments.payments.equation().posted == Money(fen: 4_500))
            let waiting = Task { try await client.listNotices(BookingV1.ListNoticesRequest(wait: GoogleProtobuf.Duration(.seconds(60)))) }
            let clinic = BookingV1.ClinicServiceClient(try bench.caller(.hospital, Self.hospital))
            let request = BookingV1.StopClinicRequest(
                requestID: "stop", institutionCode: Self.hospital, sessionID: "S1", reason: "医生急诊手术")
            let stop = try #require(try await clinic.stopClinic(request).stop)
            #expect(stop.bookings == 3 && stop.holds == 1 && stop.refundFen == 4_500)
            #expect(try await clinic.stopClinic(request).stop == stop)
            // Told at once, and kept.
            let told = try await waiting.value.notices
            #expect(told.map(\.holdNumber) == holds && told.allSatisfy { $0.kind == .stopped && $0.message == "医生急诊手术" })
            for index in 0..<3 {
                let payment = try await bench.final("SP\(index)") { $0.state.refundNo != nil }
                #expect(payment.state.name == "refunded" && payment.state.reason?.code == "CLINIC_STOPPED")
                let order = try #require(bench.payments.channel.order(payment.outTradeNo))
                #expect(order.refunds.count == 1 && order.refunds.values.first == payment.amount)
                let changes = try await PaymentV1.PaymentServiceClient(try bench.caller()).getPayment(
                    PaymentV1.GetPaymentRequest(outTradeNo: "SP\(index)")
                ).changes.filter { !$0.proof.isEmpty }
                #expect(
                    Set(changes.map { "\($0.state) \($0.actor)" }).isSuperset(of: [
                        "created APP-RESIDENT", "paid WX", "queued gateway", "refunding gateway", "refunded WX",
                    ]))
            }
            while try await !bench.notices.pending().isEmpty { await Task.yield() }
            let notices = try await client.listNotices(BookingV1.ListNoticesRequest()).notices
            #expect(notices.map(\.refund) == [.started, .started, .started, .none])
            #expect(notices.reduce(0) { $0 + $1.refundFen } == stop.refundFen)
            #expect(try await client.listNotices(BookingV1.ListNoticesRequest(after: 3)).notices.map(\.holdNumber) == [holds[3]])
            let other = BookingV1.BookingServiceClient(try bench.caller(.app, "OTHER-APP"))
            #expect(try await other.listNotices(BookingV1.ListNoticesRequest()).notices.isEmpty)
            // Nothing succeeds after it, and money that was on its way goes back.
            let late = try await Self.failure { _ = try await client.holdSlot(Self.hold("late")) }
            #expect(late.errorInfo?.reason == "CLINIC_STOPPED")
            #expect(try await bench.pay("SP3", hold: holds[3]).state.name == "refunded")
            let slots = try await client.listSlots(BookingV1.ListSlotsRequest(dateFrom: BusinessDay(morning).text)).slots
            #expect(slots.allSatisfy { $0.state == .stopped })
            let equation = try await bench.payments.payments.equation()
            #expect(equation.holds && equation.posted == .zero && equation.refunded == Money(fen: 6_000), "\(equation)")
            #expect(try await bench.payments.payments.checkLedger().fault == nil)
        }
    }

    @Test("BK-06 after a crash between the notice and the refund, and before the notice, the mover goes on; refunds are once")
    func crashed() async throws {
        try await Self.with(movesCancellations: false) { bench in
            let client = BookingV1.BookingServiceClient(try bench.caller())
            let held = try #require(try await client.holdSlot(Self.hold("a")).booking?.holdNumber)
            _ = try await bench.pay("SP1", hold: held)
            _ = try await client.cancelBooking(
                BookingV1.CancelBookingRequest(requestID: "c", institutionCode: Self.hospital, holdNumber: held))
            let first = bench.mover(bench.line())
            #expect(try await first.learn())
            #expect(try await bench.notices.pending().map(\.outTradeNo) == ["SP1"])
            // Another process: it has the notice, and asks behind it.
            let second = bench.mover(bench.line())
            #expect(try await !second.learn())
            try await second.settlePending()
            #expect(try await bench.final("SP1") { $0.state.refundNo != nil }.state.reason?.code == "BOOKING_CANCELLED")
            // It died before it noted that the refund was started, and starts it again.
            _ = try await bench.engine.reverse(
                OutTradeNo("SP1"), receipt: ReceiptNumber("H2611180000001"), amount: Money(fen: 1_500),
                reason: try #require(try await bench.notices.list(of: BookingBench.app, after: 0, limit: 1).first).reversalReason)
            #expect(bench.payments.channel.order(try OutTradeNo("SP1"))?.refunds.count == 1)
            #expect(try await bench.payments.payments.equation().holds)
            let ledger = String(
                decoding: try await bench.payments.payments.platformLedger(from: UnixTime(nanoseconds: 0), to: UnixTime(nanoseconds: .max)),
                as: UTF8.self)
            #expect(ledger.contains("REFUNDED") && ledger.contains("REVERSED") && ledger.contains("POSTED"))
        }
    }

    @Test("a charge that was not paid here is told as such, and one of another amount or receipt waits for a person")
    func strangers() async throws {
        try await Self.with { bench in
            func reverse(_ order: String, _ receipt: String, _ fen: Int64) async throws -> ReversedPayment {
                try await bench.engine.reverse(
                    OutTradeNo(order), receipt: ReceiptNumber(receipt), amount: Money(fen: fen),
                    reason: OutcomeReason(constant: "CLINIC_STOPPED", ""))
            }
            let unknown = try await reverse("NOBODY", "H1", 1)
            #expect(unknown == .elsewhere)
            let client = BookingV1.BookingServiceClient(try bench.caller())
            let held = try #require(try await client.holdSlot(Self.hold("a")).booking?.holdNumber)
            let payment = try await bench.pay("SP1", hold: held)
            let receipt = try #require(payment.state.receipt?.text)
            await #expect(throws: PaymentStoreError.self) { _ = try await reverse("SP1", receipt, 1_499) }
            await #expect(throws: PaymentStoreError.self) { _ = try await reverse("SP1", "H9", 1_500) }
            #expect(try await bench.payments.payments.payment(OutTradeNo("SP1")).state.name == "posted")
        }
    }
}
