import SampanDomain
import SampanStorage
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanFerry

@Suite("HIS store")
struct HISStoreTests {
    let directory: TemporaryDirectory
    let worker: HISOperator
    init() throws {
        directory = try TemporaryDirectory()
        worker = try HISOperator(worker: 3)
    }

    @Test("keeps what every adapter keeps", arguments: [false, true])
    func conformance(isWrapped: Bool) async throws {
        let stores = Mutex<[HISStore]>([])
        try await HISAdapterConformance {
            let number = stores.withLock { $0.count }
            let store = try await HISStore.open(path: directory.file("\(number).db"), seed: .paymentDay)
            stores.withLock { $0.append(store) }
            return isWrapped ? FaultyHIS(store, plan: FaultPlan()) : store
        }.run()
        for store in stores.withLock({ $0 }) { await store.close() }
    }

    private func rows(_ commands: [(Charge) throws -> HISCommand], fen: Int64 = 100) throws -> [HISRequest] {
        try commands.enumerated().map { id, command in
            let base = try HISAdapterConformance.row(id, fen: fen)
            return HISRequest(
                seq: base.seq, submitter: base.submitter, requestID: base.requestID, deadline: base.deadline,
                command: try command(try #require(base.command.charge)))
        }
    }

    private func reasons(_ answers: [HISAnswer]) -> [String] {
        answers.map { answer in
            guard case .decided(let decision) = answer else { return "UNKNOWN" }
            return switch decision.outcome {
            case .posted(let receipt): receipt.text
            case .rejected(let reason), .expired(let reason): reason.code
            }
        }
    }

    @Test("a booking takes a place of its schedule, and no more than there are; a refusal leaves no gap in the receipts")
    func schedules() async throws {
        var seed = HISSeed.paymentDay
        seed.schedules = [HISSeed.Schedule(institution: "4699010001", id: "S1", department: "03", quota: 2)]
        let store = try await HISStore.open(path: directory.file(), seed: seed)
        func booking(_ department: String?, _ schedule: String?) -> (Charge) throws -> HISCommand {
            { .bookingFee(try BookingFee(charge: $0, departmentCode: department, scheduleID: schedule)) }
        }
        let answers = await store.post(
            try rows([
                booking(nil, "S1"), booking("04", "S1"), booking("03", "S1"), booking("03", "S1"), booking(nil, "S9"), booking("99", nil),
                booking("04", nil),
            ]), by: worker, now: HISAdapterConformance.early)
        #expect(
            reasons(answers) == [
                "H2611180000001", "DEPARTMENT_MISMATCH", "H2611180000002", "SCHEDULE_FULL", "SCHEDULE_UNKNOWN", "DEPARTMENT_UNKNOWN",
                "H2611180000003",
            ])
        await store.close()
    }

    @Test("charge orders are settled once and have to add up")
    func orders() async throws {
        var seed = HISSeed.paymentDay
        seed.orders = [
            HISSeed.Order(institution: "4699010001", id: "O1", items: [("血常规", 30), ("心电图", 30)]),
            HISSeed.Order(institution: "4699010001", id: "O2", items: [("处方", 40)]),
        ]
        seed.admissions = [("4699010001", "Z1")]
        let store = try await HISStore.open(path: directory.file(), seed: seed)
        func fee(_ orders: [String]) -> (Charge) throws -> HISCommand {
            { .outpatientFee(try OutpatientFee(charge: $0, chargeOrderIDs: orders)) }
        }
        func deposit(_ number: String) -> (Charge) throws -> HISCommand {
            { .inpatientDeposit(try InpatientDeposit(charge: $0, admissionNumber: number)) }
        }
        let answers = await store.post(
            try rows([fee(["O1"]), fee(["O1", "O3"]), fee(["O1", "O2"]), fee(["O2", "O1"]), fee([]), deposit("Z1"), deposit("Z2")]),
            by: worker, now: HISAdapterConformance.early)
        #expect(
            reasons(answers) == [
                "AMOUNT_MISMATCH", "CHARGE_ORDER_UNKNOWN", "H2611180000001", "CHARGE_ORDER_SETTLED", "H2611180000002", "H2611180000003",
                "ADMISSION_UNKNOWN",
            ])
        await store.close()
    }

    @Test("a full disk makes the batch unknown, keeps what was decided, and is over when there is room")
    func full() async throws {
        var options = SQLiteOptions()
        options.maximumPages = 80
        let store = try await HISStore.open(path: directory.file(), seed: .paymentDay, options: options)
        var decided: [HISRequest: HISAnswer] = [:]
        var unknown: HISRequest?
        for batch in 0..<100 where unknown == nil {
            let rows = try (0..<10).map { try HISAdapterConformance.row(batch * 10 + $0) }
            for (row, answer) in zip(rows, await store.post(rows, by: worker, now: HISAdapterConformance.early)) {
                if case .decided = answer { decided[row] = answer } else { unknown = row }
            }
        }
        let row = try #require(unknown)
        await store.close()
        let roomy = try await HISStore.open(path: directory.file(), seed: .paymentDay)
        for (row, answer) in decided { #expect(await roomy.post([row], by: worker, now: HISAdapterConformance.early) == [answer]) }
        guard case .decided = await roomy.post([row], by: worker, now: HISAdapterConformance.early)[0] else {
            Issue.record("still unknown"); return
        }
        #expect(try await roomy.ledger(from: HISAdapterConformance.early, to: UnixTime(nanoseconds: .max)).count == decided.count + 1)
        await roomy.close()
    }

    @Test("the ledger file has the columns of the payment day")
    func ledger() async throws {
        let store = try await HISStore.open(path: directory.file(), seed: .paymentDay)
        _ = await store.post([try HISAdapterConformance.row(7)], by: worker, now: HISAdapterConformance.early)
        let rows = try await store.ledger(from: HISAdapterConformance.early, to: UnixTime(nanoseconds: .max))
        #expect(
            String(decoding: HISLedger.csv(rows), as: UTF8.self)
                == """
                    org_code,his_receipt_no,out_trade_no,kind,amount_fen,posted_at,operator_id,settlement_mark
                    4699010001,H2611180000001,SP7,CHARGE,100,2026-11-18 02:55:00,\(worker.text),MOBILE

                    """
        )
        await store.close()
    }
}
