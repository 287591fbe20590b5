import SampanAPI
import SampanRPC
import Synchronization

/// A rollover that walks its steps as the contract tells, with gates that open after so many questions.
final class FakeRollover: Sendable {
    private struct State {
        var status: TrustV1.RolloverStatus?
        var questionsUntilOpen = 0
        var requests: [TrustV1.AdvanceRolloverRequest] = []
    }

    private let state = Mutex(State())
    private let laggard: TrustV1.Laggard
    private let questions: Int

    /// - Parameter questions: that a gate is closed for after each step but plan and prepare.
    init(laggard: TrustV1.Laggard, questions: Int) { (self.laggard, self.questions) = (laggard, questions) }

    var requests: [TrustV1.AdvanceRolloverRequest] { state.withLock { $0.requests } }

    func status() -> TrustV1.RolloverStatus? {
        state.withLock { state in
            if state.questionsUntilOpen > 0 {
                state.questionsUntilOpen -= 1
                if state.questionsUntilOpen == 0 { state.status?.laggards = [] }
            }
            return state.status
        }
    }

    func advance(_ request: TrustV1.AdvanceRolloverRequest) throws -> TrustV1.AdvanceRolloverResponse {
        try state.withLock { state in
            state.requests.append(request)
            let steps: [TrustV1.RolloverVerb] = [.plan, .prepare, .trust, .activate, .taint, .retire]
            var status = state.status ?? TrustV1.RolloverStatus(rollover: 1, kind: request.kind, next: .plan)
            guard request.verb == status.next else {
                throw RPCError(code: .failedPrecondition, message: "not its turn")
            }
            guard status.laggards.isEmpty else {
                throw RPCError(
                    code: .failedPrecondition, message: "it waits",
                    details: [GoogleRPC.ErrorInfo(reason: "WAITS_FOR_NODES", domain: "region.example")])
            }
            if request.dryRun { return TrustV1.AdvanceRolloverResponse(status: status, changed: false) }
            let index = steps.firstIndex(of: request.verb) ?? 0
            status.done = request.verb
            status.next = index + 1 < steps.count ? steps[index + 1] : .plan
            if index >= 2 {
                status.epochNumber += 1
                status.laggards = questions > 0 ? [laggard] : []
                state.questionsUntilOpen = questions
            }
            state.status = status
            return TrustV1.AdvanceRolloverResponse(status: status, changed: true)
        }
    }

    var script: ScriptedAuthority.Script {
        var script = ScriptedAuthority.Script()
        script.rollover = { self.status() }
        script.advance = { try self.advance($0) }
        return script
    }
}
