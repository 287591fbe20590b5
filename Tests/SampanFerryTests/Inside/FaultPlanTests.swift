import SampanDomain
import StoreTestSupport
import Testing

@testable import SampanFerry

@Suite("Fault plan")
struct FaultPlanTests {
    let directory: TemporaryDirectory
    init() throws { directory = try TemporaryDirectory() }

    @Test("reject, timeout and lost reply, each resolved to one outcome; a replay after a crash finds the same")
    func faults() async throws {
        let csv = "out_trade_no,his_outcome\nSP0,OK\nSP1,REJECT\nSP2,TIMEOUT\nSP3,LOST_REPLY\nSP4,\n"
        let plan = try FaultPlan(CSVTable(Array(csv.utf8)))
        let store = try await HISStore.open(path: directory.file(), seed: .paymentDay)
        let waited = Log()
        let his = FaultyHIS(store, plan: plan) { _ in _ = waited.next() }
        let worker = try HISOperator(worker: 0)
        let now = HISAdapterConformance.early
        let rows = try (0..<5).map { try HISAdapterConformance.row($0) }
        func settle() async throws -> [RequestOutcome] {
            var outcomes: [RequestOutcome] = []
            for (row, answer) in zip(rows, await his.post(rows, by: worker, now: now)) {
                switch answer {
                case .decided(let decision): outcomes.append(decision.outcome)
                case .fenced: throw HISError.fenced
                case .unknown: outcomes.append(try await his.resolve(row, otherwise: .noAnswer, by: worker, now: now).outcome)
                }
            }
            return outcomes
        }
        let raw = await his.post(rows, by: worker, now: now)
        #expect(raw[2] == .unknown(.timeout) && raw[3] == .unknown(.lostReply))
        #expect(try await store.ledger(from: now, to: UnixTime(nanoseconds: .max)).map(\.outTradeNo.text) == ["SP0", "SP3", "SP4"])
        let first = try await settle()
        #expect(first == (try await settle()))
        #expect(waited.next() == 3)
        guard case .posted = first[0], case .rejected(let reason) = first[1], case .expired(let late) = first[2], case .posted = first[3],
            case .posted = first[4]
        else {
            Issue.record("\(first)")
            return
        }
        #expect(reason.code == "HIS_REFUSED" && late.code == "HIS_TIMEOUT")
        #expect(try await store.ledger(from: now, to: UnixTime(nanoseconds: .max)).count == 3)
        await store.close()
    }

    @Test("an unknown word names its line")
    func wrong() throws {
        let table = try CSVTable(Array("out_trade_no,his_outcome\nA,OK\nB,LATER\n".utf8))
        let error = #expect(throws: FaultPlanError.self) { try FaultPlan(table) }
        #expect(error?.description.hasPrefix("line 3:") == true)
        #expect(throws: FaultPlanError.self) { try FaultPlan(CSVTable(Array("out_trade_no\nA\n".utf8))) }
    }
}
