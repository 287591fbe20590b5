package import SampanAPI
internal import SampanMesh
package import SampanRPC

extension AuthorityDesk {
    package func advanceRollover(
        _ request: TrustV1.AdvanceRolloverRequest, context: CallContext
    ) async throws -> TrustV1.AdvanceRolloverResponse {
        let actor = try actor(context)
        let key = try RequestKey(request.requestID, method: "AdvanceRollover", body: request)
        let verb = try AuthorityError.epoch { () throws(EpochError) in try Rollover.Verb(request.verb) }
        let kind: Rollover.Kind? =
            switch request.kind {
            case .root: .root
            case .issuer: .issuer
            case .unspecified, .unrecognized: nil
            }
        if request.dryRun { return try await dryRun(request.rollover, verb, kind, actor) }
        // A repetition makes no keys.
        if let first: TrustV1.AdvanceRolloverResponse = try await authority.firstOutcome(key, by: actor) { return first }
        let command = try await authority.rolloverCommand(request.rollover, verb, kind)
        let outcome = try await authority.execute(by: actor, request: key) { _, _ throws(AuthorityError) in
            command
        } answer: { [authority] change throws(AuthorityError) in
            try Authority.bytes(
                TrustV1.AdvanceRolloverResponse(status: authority.rolloverStatus(change.state), changed: change.record != nil))
        }
        // The step is done, whatever becomes of this: it is tried again by `serve`, and by whoever needs the keys.
        do throws(AuthorityError) { try await authority.watch() } catch {}
        return try Authority.message(outcome.answer)
    }

    package func getRollover(_ request: TrustV1.GetRolloverRequest, context: CallContext) async throws -> TrustV1.GetRolloverResponse {
        let state = try await authority.store.refresh().state
        return TrustV1.GetRolloverResponse(status: authority.rolloverStatus(state))
    }

    /// What the step would lead to; nothing is made and nothing is written.
    private func dryRun(
        _ number: UInt64, _ verb: Rollover.Verb, _ kind: Rollover.Kind?, _ actor: String
    ) async throws(AuthorityError) -> TrustV1.AdvanceRolloverResponse {
        var state = try await authority.store.refresh().state
        if verb == .prepare {
            // Keys are not made for a look.
            guard authority.keys.canWakeRoot else { throw .rootAsleep }
            if let rollover = state.rollover, rollover.number == number, rollover.phase == .planned {
                return TrustV1.AdvanceRolloverResponse(status: authority.rolloverStatus(state), changed: false)
            }
        }
        let command = try await authority.rolloverCommand(number, verb, kind)
        if let record = try await authority.preview(command, by: actor) { state.apply(record) }
        return TrustV1.AdvanceRolloverResponse(status: authority.rolloverStatus(state), changed: false)
    }
}

extension Authority {
    /// Where the rollover of a state stands; nil when there was none.
    func rolloverStatus(_ state: AuthorityState) -> TrustV1.RolloverStatus? {
        guard let rollover = state.rollover, let gate = state.rolloverGate(circumstances("")) else { return nil }
        return TrustV1.RolloverStatus(
            rollover: rollover.number, kind: rollover.kind == .root ? .root : .issuer, done: rollover.phase.done.message,
            aborted: rollover.isAborted, epochNumber: rollover.epochNumber, next: rollover.next?.message ?? .plan,
            laggards: gate.laggards.map { laggard in
                TrustV1.Laggard(
                    node: laggard.node.uri, acknowledged: laggard.acknowledged, showsOutgoing: laggard.showsOutgoing,
                    refusal: facts.fact(laggard.node).refusal)
            }, absent: gate.absent.map(\.uri))
    }
}

extension Rollover.Phase {
    /// The verb that leads here.
    fileprivate var done: Rollover.Verb {
        switch self {
        case .planned: .plan
        case .prepared: .prepare
        case .trusted: .trust
        case .activated: .activate
        case .tainted: .taint
        case .retired: .retire
        case .dropped: .abort
        }
    }
}
