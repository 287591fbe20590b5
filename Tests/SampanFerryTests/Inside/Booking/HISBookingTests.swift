import SampanAPI
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Bookings in the HIS", .timeLimit(.minutes(20)))
struct HISBookingTests {
    private typealias Clinic = ClinicFixture
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func with(_ seed: HISSeed? = nil, _ body: (HISStore) async throws -> Void) async throws {
        let store = try await HISStore.open(path: directory.file(), seed: try seed ?? Clinic.seed())
        let result: Result<Void, any Error>
        do {
            try await body(store)
            result = .success(#expect(try await store.faults() == []))
        } catch { result = .failure(error) }
        await store.close()
        try result.get()
    }

    @Test("BK-05 BK-07 holds take places until the quota is used up; full and open are seen by the next read")
    func quota() async throws {
        try await with { store in
            #expect(try await store.slot().left == 2)
            #expect(try await store.slot().state == .open)
            let first = await store.answer(try Clinic.hold("a"))
            #expect(first == "L2611180000001")
            #expect(try await store.slot().left == 1)
            #expect(try await store.slot().state == .open)
            #expect(await store.answer(try Clinic.hold("b")) == "L2611180000002")
            #expect(try await store.slot().left == 0)
            #expect(try await store.slot().state == .full)
            #expect(await store.answer(try Clinic.hold("c")) == "SCHEDULE_FULL")
            // What was refused stays refused; what was held stays held: once each.
            #expect(await store.answer(try Clinic.hold("a")) == first)
            let released = await store.answer(try Clinic.row("r", .booking(.release(try Clinic.place(first)))))
            #expect(released == first)
            #expect(try await store.slot().left == 1)
            #expect(try await store.slot().state == .open)
            #expect(await store.answer(try Clinic.hold("c")) == "SCHEDULE_FULL")
            #expect(await store.answer(try Clinic.hold("d")) == "L2611180000003")
            #expect(await store.answer(try Clinic.row("r2", .booking(.release(try Clinic.place(first))))) == "HOLD_RELEASED")
        }
    }

    @Test("BK-05 a hold is over after its time: its place is free for who reads and who holds, and late money is refused")
    func expiry() async throws {
        try await with { store in
            let held = await store.answer(try Clinic.hold("a", lifetime: 60))
            #expect(await store.answer(try Clinic.hold("b", lifetime: 600)) == "L2611180000002")
            // At its last moment it still is one.
            #expect(try await store.slot(at: Clinic.after(60)).left == 0)
            let late = Clinic.after(60).advanced(byNanoseconds: 1)
            #expect(try await store.slot(at: late).left == 1)
            #expect(try await store.booking(held, at: Clinic.after(60))?.state == .held)
            #expect(try await store.booking(held, at: late)?.state == .expired)
            #expect(await store.answer(try Clinic.hold("c"), at: late) == "L2611180000003")
            #expect(await store.answer(try Clinic.pay("SP1", hold: held), at: late) == "HOLD_EXPIRED")
            // A clock that goes back finds it over all the same: expired and confirmed never both happen.
            #expect(await store.answer(try Clinic.pay("SP2", hold: held), at: Clinic.early) == "HOLD_EXPIRED")
            #expect(try await store.booking(held)?.events.map(\.state) == [.held, .expired])
        }
    }

    @Test("BK-05 a late payment that is refused ends the hold for good, though nobody else wanted its place")
    func lateMoney() async throws {
        try await with { store in
            let held = await store.answer(try Clinic.hold("a", lifetime: 60))
            #expect(await store.answer(try Clinic.pay("SP1", hold: held), at: Clinic.after(61)) == "HOLD_EXPIRED")
            #expect(await store.answer(try Clinic.pay("SP2", hold: held), at: Clinic.early) == "HOLD_EXPIRED")
            #expect(try await store.slot().left == 2)
            // In its last moment it is booked.
            let other = await store.answer(try Clinic.hold("b", lifetime: 60))
            #expect(await store.answer(try Clinic.pay("SP3", hold: other), at: Clinic.after(60)) == "H2611180000001")
        }
    }

    @Test("BK-10 paid holds get receipts, and queue numbers of their session in the order of confirmation")
    func confirm() async throws {
        try await with { store in
            var holds: [String] = []
            for (id, slot) in ["S1-660", "S1-480", "S1-600", "S1-480", "S2-840"].enumerated() {
                holds.append(await store.answer(try Clinic.hold("\(id)", slot)))
            }
            var queue: [UInt32] = []
            for index in [2, 0, 4, 3, 1] {
                let receipt = await store.answer(try Clinic.pay("SP\(index)", hold: holds[index], patient: "P-\(index)"))
                let booking = try #require(try await store.booking(holds[index]))
                #expect(booking.receiptNumber == receipt && booking.state == .booked && receipt.hasPrefix("H"))
                #expect(booking.events.map(\.state) == [.held, .booked] && booking.events.last?.proof == receipt)
                #expect(booking.events.allSatisfy { $0.actor == "FERRY03" })
                queue.append(booking.queueNumber)
            }
            #expect(queue == [1, 2, 1, 3, 4])
            // A second payment of one hold is refused, and refunded by that.
            #expect(await store.answer(try Clinic.pay("SP9", hold: holds[0])) == "HOLD_BOOKED")
            #expect(await store.answer(try Clinic.pay("SP2", hold: holds[2], patient: "P-2")) == "H2611180000001")
        }
    }

    @Test("what does not fit a hold is refused and leaves it as it is")
    func mismatches() async throws {
        try await with { store in
            let held = await store.answer(try Clinic.hold("a"))
            let wrong: [(HISRequest, String)] = [
                (try Clinic.pay("W1", hold: held, fen: 1_499), "AMOUNT_MISMATCH"),
                (try Clinic.pay("W2", hold: held, patient: "P-other"), "PATIENT_MISMATCH"),
                (try Clinic.pay("W3", hold: held, schedule: "S1-540"), "SCHEDULE_MISMATCH"),
                (try Clinic.pay("W4", hold: held, department: "04"), "DEPARTMENT_MISMATCH"),
                (try Clinic.pay("W5", hold: "L2611180000099"), "HOLD_UNKNOWN"),
                (try Clinic.pay("W6", hold: held, from: "OTHER-APP"), "HOLD_UNKNOWN"),
                (try Clinic.row("W7", .booking(.release(try Clinic.place(held))), from: "OTHER-APP"), "HOLD_UNKNOWN"),
                (try Clinic.row("W8", .booking(.cancel(try Clinic.place(held)))), "HOLD_NOT_BOOKED"),
                (try Clinic.hold("W9", patient: "P-a"), "HOLD_EXISTS"), (try Clinic.hold("W10", "S1-540", patient: "P-a"), "HOLD_EXISTS"),
                (try Clinic.hold("W11", "S9"), "SCHEDULE_UNKNOWN"),
                (try Clinic.hold("W12", institution: "9999999999"), "INSTITUTION_UNKNOWN"),
                (try Clinic.hold("a", "S1-540"), "REQUEST_ID_REUSED"),
            ]
            for (row, reason) in wrong {
                #expect(await store.answer(row) == reason)
                #expect(await store.answer(row) == reason, "again")
            }
            #expect(try await store.booking(held, as: "OTHER-APP") == nil)
            let walkIn = try Charge(
                outTradeNo: OutTradeNo("W20"), institution: InstitutionCode(Clinic.hospital, scheme: .local), amount: Money(fen: 1_500),
                channel: .alipay, channelTransactionID: "1", paidAt: Clinic.early, patientNumber: nil)
            let direct = HISCommand.bookingFee(try BookingFee(charge: walkIn, departmentCode: nil, scheduleID: "S1-540"))
            #expect(await store.answer(try Clinic.row("W20", direct)) == "HOLD_REQUIRED")
            #expect(
                await store.answer(try Clinic.pay("SP1", hold: held, patient: "P-a", schedule: "S1-480", department: "03"))
                    == "H2611180000001")
            #expect(await store.answer(try Clinic.hold("W21", "S1-540", patient: "P-a")) == "BOOKING_EXISTS")
        }
    }

    @Test("BK-12 a slot is sold until it ends, and a row behind its deadline holds nothing")
    func times() async throws {
        try await with { store in
            let end = try UnixTime(chinaText: "2026-11-18 09:00:00")
            #expect(await store.answer(try Clinic.hold("a"), at: end) == "SLOT_OVER")
            #expect(await store.answer(try Clinic.hold("b"), at: end.advanced(byNanoseconds: -1)).hasPrefix("L"))
            let late = try Clinic.row("c", try Clinic.hold("c").command, deadline: Clinic.early)
            #expect(await store.answer(late, at: Clinic.after(1)) == "DEADLINE_PASSED")
            #expect(await store.answer(late, at: Clinic.early) == "DEADLINE_PASSED")
        }
    }

    @Test("BK-08 insured patients are refused under 仅限于自费患者 while the rule is on, when they hold and when they pay")
    func insured() async throws {
        try await with { store in
            func put(_ id: String, _ isOn: Bool) async throws -> String {
                let rule = try BookingRule(id: "self-paid", kind: .selfPaidOnly, isEnabled: isOn, department: nil)
                return await store.answer(
                    try Clinic.row(
                        id, .booking(.putRule(rule, try InstitutionCode(Clinic.hospital, scheme: .local))), from: Clinic.hospital))
            }
            func quote() async throws -> BookingV1.FeeSplit? {
                let question = BookingV1.QuoteBookingRequest(institutionCode: Clinic.hospital, scheduleID: "S1-480", payerClass: .insured)
                guard case .quoteBooking(let answer) = try await store.ask(.quoteBooking(question)) else { return nil }
                return answer.split
            }
            let before = await store.answer(try Clinic.hold("before", payer: .insured))
            #expect(before.hasPrefix("L"))
            #expect(try await put("on", true) == "R2611180000001")
            #expect(await store.answer(try Clinic.hold("a", payer: .insured)) == "SELF_PAID_ONLY")
            #expect(await store.answer(try Clinic.pay("SP1", hold: before, fen: 500)) == "SELF_PAID_ONLY")
            #expect(try await quote()?.refusalReason == "SELF_PAID_ONLY")
            #expect(try await quote()?.refusalMessage == "仅限于自费患者")
            #expect(await store.answer(try Clinic.hold("self")).hasPrefix("L"))
            #expect(try await put("off", false) == "R2611180000002")
            #expect(await store.answer(try Clinic.pay("SP2", hold: before, fen: 500)).hasPrefix("H"))
            let split = try #require(try await quote())
            #expect(split.insurerFen == 1_000 && split.selfFen == 500 && split.totalFen == 1_500 && split.refusalReason.isEmpty)
            let listed = try await store.ask(.listBookingRules(BookingV1.ListBookingRulesRequest(institutionCode: Clinic.hospital)))
            guard case .listBookingRules(let rules) = listed else { Issue.record("\(listed)"); return }
            #expect(rules.rules.map(\.enabled) == [false])
            #expect(rules.changes.map(\.rule?.enabled) == [true, false] && rules.changes.allSatisfy { $0.changedBy == Clinic.hospital })
        }
    }

    @Test("BK-06 RF-06 a stopped clinic: holders told, charges taken back, count and sum match, nothing succeeds after")
    func stopped() async throws {
        try await with { store in
            var holds: [String] = []
            for id in 0..<5 { holds.append(await store.answer(try Clinic.hold("\(id)", id < 2 ? "S1-480" : id < 4 ? "S1-540" : "S1-600"))) }
            for index in 0..<3 {
                #expect(await store.answer(try Clinic.pay("SP\(index)", hold: holds[index])).hasPrefix("H"))
            }
            #expect(await store.answer(try Clinic.stop("stop")) == "T2611180000001")
            #expect(try await store.slot().state == .stopped)
            #expect(try await store.slot("S1-660").state == .stopped)
            #expect(try await store.slot().left == 0)
            #expect(try await store.slot("S2-840").state == .open)
            #expect(await store.answer(try Clinic.hold("late", "S1-660")) == "CLINIC_STOPPED")
            #expect(await store.answer(try Clinic.pay("SP3", hold: holds[3])) == "CLINIC_STOPPED")
            #expect(await store.answer(try Clinic.row("c", .booking(.cancel(try Clinic.place(holds[0]))))) == "CLINIC_STOPPED")
            #expect(await store.answer(try Clinic.stop("again")) == "CLINIC_STOPPED")
            #expect(await store.answer(try Clinic.stop("stop")) == "T2611180000001")
            #expect(await store.answer(try Clinic.stop("none", session: "S7")) == "SESSION_UNKNOWN")
            let stop = try await store.ask(
                .getClinicStop(GatewayV1.GetClinicStopQuestion(institutionCode: Clinic.hospital, stopNumber: "T2611180000001")))
            guard case .getClinicStop(let answer) = stop, let report = answer.stop else { Issue.record("\(stop)"); return }
            #expect(report.holds == 2 && report.bookings == 3 && report.refundFen == 4_500)
            let told = try await cancellations(store)
            #expect(told.map(\.holdNumber) == holds && told.allSatisfy { $0.message == "医生急诊手术" && $0.submitter == Clinic.app })
            #expect(told.map(\.outTradeNo) == ["SP0", "SP1", "SP2", "", ""] && told.map(\.amountFen) == [1_500, 1_500, 1_500, 0, 0])
            let reversals = try await store.reversals(from: Clinic.early, to: UnixTime(nanoseconds: .max))
            #expect(
                reversals.map(\.outTradeNo.text) == ["SP0", "SP1", "SP2"]
                    && reversals.map(\.receipt.text) == (1...3).map { "V261118000000\($0)" })
            let booking = try #require(try await store.booking(holds[0]))
            #expect(booking.state == .stopped && booking.queueNumber == 1 && booking.events.map(\.state) == [.held, .booked, .stopped])
        }
    }

    private func cancellations(_ store: HISStore, after: UInt64 = 0) async throws -> [GatewayV1.Cancellation] {
        let question = GatewayV1.ListCancellationsQuestion(after: after, limit: 100)
        guard case .listCancellations(let answer) = try await store.ask(.listCancellations(question), as: "") else { return [] }
        return answer.cancellations
    }

    @Test("RF-04 an unused booking is cancelled before its slot begins, and its place is sold again; not after")
    func cancelled() async throws {
        try await with { store in
            let (first, second) = (await store.answer(try Clinic.hold("a")), await store.answer(try Clinic.hold("b")))
            for (order, hold) in [("SP1", first), ("SP2", second)] { _ = await store.answer(try Clinic.pay(order, hold: hold)) }
            #expect(try await store.slot().left == 0)
            let begin = try UnixTime(chinaText: "2026-11-18 08:00:00")
            #expect(await store.answer(try Clinic.row("c1", .booking(.cancel(try Clinic.place(first))))) == first)
            #expect(await store.answer(try Clinic.row("c2", .booking(.cancel(try Clinic.place(second)))), at: begin) == "CUT_OFF_PASSED")
            #expect(await store.answer(try Clinic.row("c3", .booking(.cancel(try Clinic.place(first))))) == "BOOKING_CANCELLED")
            #expect(try await store.slot().left == 1)
            let told = try await cancellations(store)
            #expect(told.map(\.kind) == [.cancelled] && told.map(\.outTradeNo) == ["SP1"] && told.map(\.amountFen) == [1_500])
            #expect(try await cancellations(store, after: 1).isEmpty)
            // The patient may come back, at the end of the queue.
            let again = await store.answer(try Clinic.hold("a2", patient: "P-a"))
            _ = await store.answer(try Clinic.pay("SP3", hold: again))
            #expect(try await store.booking(again)?.queueNumber == 3)
        }
    }

    @Test("BK-12 the tables themselves refuse slots that overlap, a hold that jumps, and a log that is changed")
    func tables() async throws {
        var seed = try Clinic.seed()
        seed.rules = [(Clinic.hospital, try BookingRule(id: "self-paid", kind: .selfPaidOnly, isEnabled: false, department: nil))]
        try await with(seed) { store in
            _ = await store.answer(try Clinic.hold("a"))
            let wrong = [
                "INSERT INTO schedules (institution, id, department, quota, session, start_minute, end_minute) VALUES ('4699010001', 'X', '03', 1, 'S1', 500, 510)",
                "INSERT INTO schedules (institution, id, department, quota, session, start_minute, end_minute) VALUES ('4699010001', 'X', '03', 1, 'S1', 470, 481)",
                "UPDATE schedules SET start_minute = 481 WHERE id = 'S1-480'", "UPDATE holds SET state = 6",
                "UPDATE schedules SET held = 3",
                "UPDATE holds SET self_fen = self_fen - 1", "DELETE FROM holds", "DELETE FROM hold_events",
                "UPDATE clinic_sessions SET last_queue = -1", "DELETE FROM booking_rule_log", "UPDATE booking_rule_log SET changed_by = ''",
                "DELETE FROM booking_rules", "DELETE FROM booking_inbox", "UPDATE booking_inbox SET state = 2",
            ]
            for sql in wrong {
                await #expect(throws: StorageError.self, "\(sql)") { try await store.database.write { tx in try tx.execute(sql) } }
            }
        }
    }
}
