import SampanAPI
import SampanDomain
import SampanStorage
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Questions to the HIS", .timeLimit(.minutes(20)))
struct HISQuestionTests {
    private typealias Clinic = ClinicFixture
    private let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    private func with(_ seed: HISSeed, _ body: (HISStore) async throws -> Void) async throws {
        let store = try await HISStore.open(path: directory.file(), seed: seed)
        let result: Result<Void, any Error>
        do { result = .success(try await body(store)) } catch { result = .failure(error) }
        await store.close()
        try result.get()
    }

    private static func rules() throws -> [(institution: String, rule: BookingRule)] {
        [
            (Clinic.hospital, try BookingRule(id: "children", kind: .visitor, isEnabled: true, department: "07", maximumAge: 14)),
            (Clinic.hospital, try BookingRule(id: "women", kind: .visitor, isEnabled: true, department: "05", sex: 2)),
            (Clinic.hospital, try BookingRule(id: "s1", kind: .suggestion, isEnabled: true, department: "07", keyword: "发热", weight: 5)),
            (Clinic.hospital, try BookingRule(id: "s2", kind: .suggestion, isEnabled: true, department: "03", keyword: "发热", weight: 3)),
            (Clinic.hospital, try BookingRule(id: "s3", kind: .suggestion, isEnabled: true, department: "03", keyword: "咳嗽", weight: 3)),
            (Clinic.hospital, try BookingRule(id: "s4", kind: .suggestion, isEnabled: false, department: "04", keyword: "发热", weight: 99)),
        ]
    }

    @Test(
        "BK-01 BK-02 departments are those open online that fit the visitor; who is not known is not turned away",
        arguments: [
            (BookingV1.Visitor?.none, true, true), (BookingV1.Visitor(ageYears: 40, sex: .male), false, false),
            (BookingV1.Visitor(ageYears: 40, sex: .female), false, true), (BookingV1.Visitor(ageYears: 14), true, true),
            (BookingV1.Visitor(ageYears: 0, sex: .male), true, false),
        ])
    func departments(visitor: BookingV1.Visitor?, seesChildren: Bool, seesWomen: Bool) async throws {
        var seed = try Clinic.seed()
        seed.rules = try Self.rules()
        try await with(seed) { store in
            try await store.database.write { tx in
                try tx.execute("UPDATE departments SET online = 0 WHERE code = '16'")
                try tx.execute("UPDATE departments SET campus = '东院区', category = '内科系统' WHERE code = '03'")
            }
            func codes(_ request: BookingV1.ListDepartmentsRequest) async throws -> [String] {
                guard case .listDepartments(let answer) = try await store.ask(.listDepartments(request)) else { return [] }
                return answer.departments.map(\.code)
            }
            let request = BookingV1.ListDepartmentsRequest(institutionCodes: [Clinic.hospital], visitor: visitor)
            let all = try await codes(request)
            #expect(all.contains("07") == seesChildren && all.contains("05") == seesWomen && all.contains("03") && !all.contains("16"))
            let east = try await codes(
                BookingV1.ListDepartmentsRequest(
                    institutionCodes: [Clinic.hospital, "4699010002"], visitor: visitor, campus: "东院区", category: "内科系统"))
            #expect(east == ["03", "03"])
        }
    }

    @Test("BK-03 experts who are not released never appear, nor on days without a clinic; nor do their slots")
    func experts() async throws {
        var seed = try Clinic.seed()
        seed.sessions.append(
            HISSeed.Session(
                institution: Clinic.hospital, id: "S3", department: "03", expert: "E2", day: try #require(BusinessDay("2026-11-18")),
                grid: try SlotGrid(session: 480..<720, length: 240, quota: 9)))
        try await with(seed) { store in
            func names(_ date: String) async throws -> [String] {
                let request = BookingV1.ListExpertsRequest(institutionCode: Clinic.hospital, departmentCode: "03", date: date)
                guard case .listExperts(let answer) = try await store.ask(.listExperts(request)) else { return ["?"] }
                return answer.experts.map(\.name)
            }
            #expect(try await names("") == ["王建国"])
            #expect(try await names("2026-11-18") == ["王建国"])
            #expect(try await names("2026-11-19") == [])
            #expect(try await names("2026-13-01") == ["?"])
            let request = BookingV1.ListSlotsRequest(institutionCodes: [Clinic.hospital], dateFrom: "2026-11-18")
            guard case .listSlots(let list) = try await store.ask(.listSlots(request)) else { Issue.record("no slots"); return }
            #expect(list.slots.allSatisfy { $0.sessionID != "S3" } && list.slots.count == 5)
            #expect(await store.answer(try Clinic.hold("x", "S3-480")) == "NOT_ONLINE")
        }
    }

    @Test("BK-04 slots show date, half day, time, fee and what is left; a page ends where it says, and the next goes on there")
    func slots() async throws {
        try await with(try Clinic.seed()) { store in
            var (pages, token): ([[String]], String) = ([], "")
            repeat {
                let request = BookingV1.ListSlotsRequest(
                    institutionCodes: [Clinic.hospital], dateFrom: "2026-11-17", dateTo: "2026-11-19", pageSize: 2, pageToken: token)
                guard case .listSlots(let list) = try await store.ask(.listSlots(request)) else { Issue.record("no slots"); return }
                pages.append(list.slots.map(\.scheduleID))
                token = list.nextPageToken
            } while !token.isEmpty
            #expect(pages == [["S1-480", "S1-540"], ["S1-600", "S1-660"], ["S2-840"]])
            let slot = try await store.slot()
            #expect(slot.date == "2026-11-18" && slot.halfDay == .morning && slot.startMinute == 480 && slot.endMinute == 540)
            #expect(slot.feeFen == 1_500 && slot.quota == 2 && slot.expertName == "王建国" && slot.departmentName == "内科")
            for wrong in [
                BookingV1.ListSlotsRequest(institutionCodes: [], dateFrom: "2026-11-18"),
                BookingV1.ListSlotsRequest(institutionCodes: [Clinic.hospital], dateFrom: "2026-02-30"),
                BookingV1.ListSlotsRequest(institutionCodes: [Clinic.hospital], dateFrom: "2026-11-18", dateTo: "2026-11-17"),
                BookingV1.ListSlotsRequest(institutionCodes: [Clinic.hospital], dateFrom: "2026-11-18", pageSize: 1_001),
                BookingV1.ListSlotsRequest(institutionCodes: [Clinic.hospital], dateFrom: "2026-11-18", pageToken: "x"),
                BookingV1.ListSlotsRequest(institutionCodes: Array(repeating: Clinic.hospital, count: 101), dateFrom: "2026-11-18"),
            ] {
                guard case .refusal(let refusal) = try await store.ask(.listSlots(wrong)) else { Issue.record("\(wrong)"); continue }
                #expect(refusal.reason == "INQUIRY_INVALID")
            }
        }
    }

    @Test("BK-13 a complaint gives departments by rules, and the trace of them; the same every time")
    func suggestions() async throws {
        var seed = try Clinic.seed()
        seed.rules = try Self.rules()
        try await with(seed) { store in
            func ask(_ visitor: BookingV1.Visitor?) async throws -> BookingV1.SuggestDepartmentResponse {
                let request = BookingV1.SuggestDepartmentRequest(institutionCode: Clinic.hospital, complaint: "孩子发热三天，咳嗽", visitor: visitor)
                guard case .suggestDepartment(let answer) = try await store.ask(.suggestDepartment(request)) else { return .init() }
                return answer
            }
            let child = try await ask(BookingV1.Visitor(ageYears: 5))
            #expect(child.suggestions.map(\.department?.code) == ["03", "07"] && child.suggestions.map(\.weight) == [6, 5])
            #expect(child.trace.map { "\($0.ruleID) \($0.result)" } == ["s1 MATCHED", "s2 MATCHED", "s3 MATCHED"])
            let adult = try await ask(BookingV1.Visitor(ageYears: 50))
            #expect(adult.suggestions.map(\.department?.code) == ["03"] && adult.trace.first?.result == "HIDDEN_BY_children")
            #expect(try await ask(BookingV1.Visitor(ageYears: 50)) == adult)
        }
    }

    /// Three bills of P1, one of them of yesterday, and one of P2; insured patients cannot pay online.
    private static func billSeed() throws -> HISSeed {
        var seed = try Clinic.seed()
        var order = HISSeed.Order(institution: Clinic.hospital, id: "B1", items: [("血常规", 2_000), ("胸部CT", 18_000)])
        (order.patient, order.day, order.department, order.doctor) = ("P1", BusinessDay("2026-11-18"), "内科", "王建国")
        (order.payer, order.insurerFen, order.reliefFen) = (.insured, [500, 9_500], 1_000)
        var second = HISSeed.Order(institution: Clinic.hospital, id: "B2", items: [("处方", 3_000)])
        (second.patient, second.day) = ("P1", BusinessDay("2026-11-18"))
        var yesterday = HISSeed.Order(institution: Clinic.hospital, id: "B3", items: [("处方", 1)])
        (yesterday.patient, yesterday.day) = ("P1", BusinessDay("2026-11-17"))
        var other = HISSeed.Order(institution: Clinic.hospital, id: "B4", items: [("处方", 1)])
        (other.patient, other.day) = ("P2", BusinessDay("2026-11-18"))
        seed.orders = [order, second, yesterday, other]
        seed.rules = [(Clinic.hospital, try BookingRule(id: "self-paid", kind: .selfPaidOnly, isEnabled: true, department: nil))]
        return seed
    }

    private func open(_ store: HISStore) async throws -> [String] {
        let request = FeeV1.ListOpenBillsRequest(institutionCode: Clinic.hospital, patientNumber: "P1")
        guard case .listOpenBills(let answer) = try await store.ask(.listOpenBills(request)) else { return ["?"] }
        return answer.bills.map(\.billID)
    }

    private func bill(_ store: HISStore, _ id: String, _ patient: String = "P1") async throws -> FeeV1.Bill? {
        let request = FeeV1.GetBillRequest(institutionCode: Clinic.hospital, patientNumber: patient, billID: id)
        guard case .getBill(let answer) = try await store.ask(.getBill(request)) else { return nil }
        return answer.bill
    }

    @Test("FE-01 FE-02 FE-03 open bills of the day and patient, their lines and shares; nobody else's")
    func bills() async throws {
        try await with(try Self.billSeed()) { store in
            func quote(_ ids: [String]) async throws -> FeeV1.QuoteBillResponse? {
                let request = FeeV1.QuoteBillRequest(institutionCode: Clinic.hospital, patientNumber: "P1", billIDs: ids)
                guard case .quoteBill(let answer) = try await store.ask(.quoteBill(request)) else { return nil }
                return answer
            }
            #expect(try await open(store) == ["B1", "B2"])
            let first = try #require(try await bill(store, "B1"))
            #expect(
                first.lines.map(\.amountFen) == [2_000, 18_000] && first.split?.totalFen == first.lines.reduce(0) { $0 + $1.amountFen })
            let shares = try #require(first.split)
            #expect(shares.selfFen == 9_000 && shares.insurerFen == 10_000 && shares.reliefFen == 1_000)
            #expect(try await bill(store, "B4") == nil)
            #expect(try await bill(store, "B1", "P2") == nil)
            #expect(try await bill(store, "B9") == nil)
            let both = try #require(try await quote(["B1", "B2"]))
            #expect(both.split?.selfFen == 12_000 && both.split?.totalFen == 23_000 && both.refusalReason == "SELF_PAID_ONLY")
            #expect(try await quote(["B2"])?.refusalReason == "")
            #expect(try await quote(["B4"]) == nil)
            #expect(try await quote([]) == nil)
            #expect(try await quote(["B2", "B2"]) == nil)
        }
    }

    @Test("FE-04 FE-14 a bill is paid once and confirmed as often as asked; a patient sees own payments only")
    func payments() async throws {
        try await with(try Self.billSeed()) { store in
            func pay(_ order: String, _ bills: [String], _ fen: Int64, patient: String? = "P1") async throws -> String {
                let charge = try Charge(
                    outTradeNo: OutTradeNo(order), institution: InstitutionCode(Clinic.hospital, scheme: .local), amount: Money(fen: fen),
                    channel: .wechatPay, channelTransactionID: "1\(order)", paidAt: Clinic.early, patientNumber: patient)
                return await store.answer(
                    try Clinic.row("payment:\(order)", .outpatientFee(try OutpatientFee(charge: charge, chargeOrderIDs: bills))))
            }
            #expect(try await pay("SP1", ["B1"], 9_000) == "SELF_PAID_ONLY")
            #expect(try await pay("SP2", ["B2"], 2_999) == "AMOUNT_MISMATCH")
            #expect(try await pay("SP3", ["B2"], 3_000, patient: "P2") == "CHARGE_ORDER_UNKNOWN")
            #expect(try await pay("SP4", ["B2"], 3_000) == "H2611180000001")
            // Paid exactly once: a second payment is refused, and the first one's answer stays.
            #expect(try await pay("SP5", ["B2"], 3_000) == "CHARGE_ORDER_SETTLED")
            #expect(try await pay("SP4", ["B2"], 3_000) == "H2611180000001")
            #expect(try await open(store) == ["B1"])
            #expect(try await bill(store, "B2")?.receiptNumber == "H2611180000001")

            func confirm(_ order: String, _ patient: String) async throws -> FeeV1.PaidFee? {
                let request = FeeV1.ConfirmPaymentRequest(institutionCode: Clinic.hospital, patientNumber: patient, outTradeNo: order)
                guard case .confirmPayment(let answer) = try await store.ask(.confirmPayment(request)) else { return nil }
                return answer.payment
            }
            let paid = try #require(try await confirm("SP4", "P1"))
            #expect(paid.billIDs == ["B2"] && paid.receiptNumber == "H2611180000001" && paid.amountFen == 3_000)
            #expect(try await confirm("SP4", "P1") == paid)
            #expect(try await confirm("SP4", "P2") == nil)
            #expect(try await confirm("SP5", "P1") == nil)
            func payments(_ patient: String, _ from: String = "") async throws -> [String] {
                let request = FeeV1.ListPaymentsRequest(institutionCode: Clinic.hospital, patientNumber: patient, dateFrom: from)
                guard case .listPayments(let answer) = try await store.ask(.listPayments(request)) else { return ["?"] }
                return answer.payments.map(\.outTradeNo)
            }
            #expect(try await payments("P1") == ["SP4"])
            #expect(try await payments("P2") == [])
            #expect(try await payments("P1", "2026-11-17") == [])
        }
    }

    @Test("a question of a kind that the HIS does not know is refused, not answered")
    func unknown() async throws {
        try await with(try Clinic.seed()) { store in
            let answer = try await store.answer(GatewayV1.Inquiry(id: 1, asker: "A"), now: Clinic.early)
            guard case .refusal(let refusal)? = answer.answer else { Issue.record("\(answer)"); return }
            #expect(refusal.reason == "INQUIRY_UNKNOWN")
        }
    }
}
