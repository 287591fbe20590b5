internal import SampanDomain
internal import SampanFerry

/// The HIS as one life of a worker reaches it: answers may be late or lost.
struct SimulatedHIS: HISAdapter {
    let base: any HISAdapter
    let process: SimulatedProcess
    let bug: PlantedBug?

    func post(_ rows: [HISRequest], by ferryOperator: HISOperator, now: UnixTime) async -> [HISAnswer] {
        do throws(SimulatedInterruption) {
            return try await process.act(.his, "posting") { await base.post(rows, by: ferryOperator, now: now) }
        } catch {
            if bug == .silenceIsRefusal, error == .lost {
                let refusal = OutcomeReason(constant: "HIS_REFUSED", "the HIS refused the record")
                return rows.map { _ in .decided(HISDecision(outcome: .rejected(refusal), decidedAt: now)) }
            }
            return rows.map { _ in .unknown(error.his) }
        }
    }

    func resolve(
        _ row: HISRequest, otherwise giveUp: GiveUp, by ferryOperator: HISOperator, now: UnixTime
    ) async throws(HISError) -> HISDecision {
        let answer: Result<HISDecision, HISError>
        do throws(SimulatedInterruption) {
            answer = try await process.act(.his, "resolving") {
                do throws(HISError) {
                    return .success(try await base.resolve(row, otherwise: giveUp, by: ferryOperator, now: now))
                } catch {
                    return .failure(error)
                }
            }
        } catch {
            throw error.his
        }
        return try answer.get()
    }

    func newestFence() async throws(HISError) -> Int64 { try await base.newestFence() }

    func ledger(from start: UnixTime, to end: UnixTime) async throws(HISError) -> [HISLedgerRow] {
        try await base.ledger(from: start, to: end)
    }
}

extension SimulatedInterruption {
    var his: HISError {
        switch self {
        case .lost: .lostReply
        case .refused, .dead: .unavailable("simulated: \(self)")
        }
    }
}
