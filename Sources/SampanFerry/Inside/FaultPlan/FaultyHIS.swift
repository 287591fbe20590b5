package import SampanDomain

/// A HIS that falls sick as a plan says, around one that is well.
package struct FaultyHIS: HISAdapter {
    private let base: any HISAdapter
    private let plan: FaultPlan
    private let wait: @Sendable (Duration) async -> Void

    /// - Parameter wait: how a request without an answer passes its time; injected so that tests need not wait.
    package init(
        _ base: any HISAdapter, plan: FaultPlan, wait: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.base = base
        self.plan = plan
        self.wait = wait
    }

    package func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        var answers = [HISAnswer](repeating: .unknown(.timeout), count: rows.count)
        let faults = rows.map { $0.command.charge.flatMap { plan.faults[$0.outTradeNo] } }
        let reached = rows.indices.filter { faults[$0] == nil || faults[$0] == .lostReply }
        if !reached.isEmpty {
            let answered = await base.post(reached.map { rows[$0] }, by: ferryOperator, now: now)
            for (index, answer) in zip(reached, answered) { answers[index] = faults[index] == nil ? answer : .unknown(.lostReply) }
        }
        for index in rows.indices where faults[index] == .reject {
            answers[index] = await refuse(rows[index], ferryOperator, now)
        }
        if faults.contains(.timeout) { await wait(plan.timeout) }
        return answers
    }

    package func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        try await base.resolve(row, otherwise: giveUp, by: ferryOperator, now: now)
    }

    package func refuse(
        _ row: UnreadableRow, _ reason: OutcomeReason, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        try await base.refuse(row, reason, by: ferryOperator, now: now)
    }

    package func newestFence() async throws(HISError) -> Int64 { try await base.newestFence() }

    package func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] {
        try await base.ledger(from: start, to: end)
    }

    private func refuse(_ row: HISRequest, _ ferryOperator: HISOperator, _ now: UnixTime) async -> HISAnswer {
        let reason = OutcomeReason(constant: "HIS_REFUSED", "the HIS refused the record")
        do throws(HISError) {
            return .decided(try await base.resolve(row, otherwise: .rejected(reason), by: ferryOperator, now: now))
        } catch .fenced {
            return .fenced
        } catch {
            return .unknown(error)
        }
    }
}
