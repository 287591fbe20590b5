import SampanAPI
import SampanDomain
import SampanMesh
import SampanRPC
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanServices

/// An audit log in memory that can be told to fail.
private final class AuditCatcher: FinanceAudit {
    private let state = Mutex<(records: [AuditRecord], isBroken: Bool)>(([], false))

    var records: [AuditRecord] { state.withLock { $0.records } }
    func fail() { state.withLock { $0.isBroken = true } }

    func append(_ record: AuditRecord) async throws(RPCError) {
        let isBroken = state.withLock { state in
            if !state.isBroken { state.records.append(record) }
            return state.isBroken
        }
        if isBroken { throw RPCError(code: .unavailable, message: "the audit log cannot be written") }
    }
}

@Suite("Desks of the finance staff")
struct FinanceDeskTests {
    private static let home = "4699010000"
    private static let date = "2026-11-18"

    private let bench: FinanceBench
    private let audit = AuditCatcher()
    private let services: [any RPCService]

    init() async throws {
        let saga = try await PaymentBench()
        bench = try FinanceBench()
        let now = try FinanceBench.time("2026-11-19 10:30:00")
        let engine = saga.makeEngine()
        let remedy = PaymentRemedy(
            store: saga.payments, channel: saga.channel, engine: engine, configuration: saga.configuration)
        let refunds = AutomaticRefunds(
            books: bench.books, remedy: remedy, configuration: saga.configuration, log: saga.log.logger)
        services = [
            SettlementDesk(books: bench.books, institution: Self.home, now: { now }, audit: audit),
            ReconciliationDesk(books: bench.books, institution: Self.home, refunds: refunds, now: { now }, audit: audit),
        ]
        await saga.close()
    }

    private func settlement(_ person: String = "li", of institution: String = home) throws -> SettlementV1.SettlementServiceClient {
        SettlementV1.SettlementServiceClient(try caller(person, institution))
    }

    private func breaks(_ person: String = "li", of institution: String = home) throws -> ReconciliationV1.ReconciliationServiceClient {
        ReconciliationV1.ReconciliationServiceClient(try caller(person, institution))
    }

    private func caller(_ person: String, _ institution: String) throws -> InProcessCaller {
        InProcessCaller(
            services, as: try PeerIdentity(trustDomain: "region.example", role: .settlement, institution: institution, node: person))
    }

    private static let close = SettlementV1.CloseSettlementRequest(
        requestID: "a", operatorID: "FERRY", date: date, reason: "no reconciliation yet")
    private static let run = ReconciliationV1.RecordRunRequest(
        date: date,
        findings: [
            ReconciliationV1.Finding(
                type: "SHORT", outTradeNo: "SP1", institutionCode: "4699010001", channel: "WX", amountFen: 700, action: "QUERY_ORDER")
        ])

    /// The code and the reason of what a call was refused with.
    private func refusal(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "taken"
        } catch let error as RPCError {
            return "\(error.code) \(error.errorInfo?.reason ?? "-")"
        } catch {
            return "\(error)"
        }
    }

    @Test("ST-02: the finance staff of another institution may neither see nor change anything")
    func otherInstitution() async throws {
        let (settlement, breaks) = (try settlement(of: "4699010001"), try breaks(of: "4699010001"))
        let day = SettlementV1.GetSettlementRequest(operatorID: "FERRY", date: Self.date)
        let calls: [() async throws -> Void] = [
            { _ = try await settlement.closeSettlement(Self.close) }, { _ = try await settlement.getSettlement(day) },
            { _ = try await settlement.listSettlements(SettlementV1.ListSettlementsRequest(operatorID: "FERRY")) },
            { _ = try await breaks.recordRun(Self.run) }, { _ = try await breaks.listBreaks(ReconciliationV1.ListBreaksRequest()) },
            { _ = try await breaks.getBreak(ReconciliationV1.GetBreakRequest(number: 1)) },
            { _ = try await breaks.proposeResolution(ReconciliationV1.ProposeResolutionRequest(number: 1, note: "x")) },
            { _ = try await breaks.decideResolution(ReconciliationV1.DecideResolutionRequest(number: 1, approve: true)) },
        ]
        for (index, call) in calls.enumerated() {
            #expect(await refusal(call) == "PERMISSION_DENIED OTHER_INSTITUTION", "\(index)")
        }
        #expect(audit.records.isEmpty)
        await bench.store.close()
    }

    @Test("RC-04 ST-02: every step is in the audit log, with who and what, before it happens; without the log nothing happens")
    func audited() async throws {
        let (li, wang) = (try breaks(), try breaks("wang"))
        _ = try await li.recordRun(Self.run)
        _ = try await li.proposeResolution(ReconciliationV1.ProposeResolutionRequest(number: 1, afterStep: 1, note: "claimed"))
        let alone = await refusal {
            _ = try await li.decideResolution(ReconciliationV1.DecideResolutionRequest(number: 1, proposal: 2, approve: true))
        }
        #expect(alone == "PERMISSION_DENIED TWO_PERSONS")
        _ = try await wang.decideResolution(ReconciliationV1.DecideResolutionRequest(number: 1, proposal: 2, approve: true))
        _ = try await settlement().closeSettlement(Self.close)
        #expect(
            audit.records.map(\.reason) == [
                "RECONCILIATION_RECORD", "BREAK_PROPOSE", "BREAK_APPROVE", "BREAK_APPROVE", "SETTLEMENT_CLOSE",
            ])
        #expect(audit.records.allSatisfy { $0.kind == .finance && !$0.method.isEmpty })
        #expect(audit.records.map { $0.actor.hasSuffix("/wang") } == [false, false, false, true, false])

        audit.fail()
        var other = Self.close
        (other.requestID, other.date) = ("b", "2026-11-17")
        let closing = try settlement()
        #expect(await refusal { _ = try await closing.closeSettlement(other) } == "UNAVAILABLE -")
        var more = Self.run
        more.findings = []
        #expect(await refusal { _ = try await li.recordRun(more) } == "UNAVAILABLE -")
        #expect(try await closing.listSettlements(SettlementV1.ListSettlementsRequest(operatorID: "FERRY")).settlements.count == 1)
        #expect(try await li.getBreak(ReconciliationV1.GetBreakRequest(number: 1)).steps.map(\.kind) == ["FOUND", "PROPOSED", "APPROVED"])
        await bench.store.close()
    }

    @Test("what cannot be is refused field by field, before anything is written down")
    func invalid() async throws {
        let (settlement, breaks) = (try settlement(), try breaks())
        func close(_ change: (inout SettlementV1.CloseSettlementRequest) -> Void) async -> String {
            var request = Self.close
            change(&request)
            let changed = request
            return await refusal { _ = try await settlement.closeSettlement(changed) }
        }
        #expect(await close { $0.date = "2026-11-31" } == "INVALID_ARGUMENT -")
        #expect(await close { $0.requestID = "" } == "INVALID_ARGUMENT -")
        #expect(await close { $0.reason = String(repeating: "x", count: 401) } == "INVALID_ARGUMENT -")
        #expect(await close { $0.reason = "two\nlines" } == "INVALID_ARGUMENT -")
        func record(_ change: (inout ReconciliationV1.Finding) -> Void) async -> String {
            var request = Self.run
            change(&request.findings[0])
            let changed = request
            return await refusal { _ = try await breaks.recordRun(changed) }
        }
        for result in [
            await record { $0.type = "LONGER" }, await record { $0.action = "" }, await record { $0.channel = "CASH" },
            await record { $0.amountFen = -1 }, await record { $0.amountFen = 10_000_000_000_001 },
            await record { $0.outTradeNo = "has blanks" },
            await record { $0.institutionCode = String(repeating: "1", count: 65) },
        ] { #expect(result == "INVALID_ARGUMENT -") }
        let empty = await refusal {
            _ = try await breaks.proposeResolution(ReconciliationV1.ProposeResolutionRequest(number: 1, afterStep: 1))
        }
        #expect(empty == "INVALID_ARGUMENT -")
        #expect(audit.records.isEmpty)
        await bench.store.close()
    }
}
