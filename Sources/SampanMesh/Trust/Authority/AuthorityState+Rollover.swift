internal import SampanDomain
internal import SampanRPC

extension AuthorityState {
    /// Where the rollover stands: who is waited for before its next verb, or before the next rollover. Nil when there was never one.
    package func rolloverGate(_ circumstances: AuthorityCircumstances) -> RolloverGate? {
        rollover?.gate(members(circumstances))
    }

    func plan(
        _ number: UInt64, _ kind: Rollover.Kind, _ circumstances: AuthorityCircumstances
    ) throws(AuthorityRefusal) -> [AuthorityEvent] {
        let newest = rollover?.number ?? 0
        if let rollover, rollover.number == number {
            guard rollover.kind == kind else { throw .rollover(.anotherUnderWay(number)) }
            return []
        }
        guard number == newest + 1 else { throw .rollover(.unknown(newest: newest)) }
        var events: [AuthorityEvent] = [.rolloverPlanned(number: number, kind: kind)]
        if let rollover {
            guard rollover.next == nil else { throw .rollover(.anotherUnderWay(rollover.number)) }
            let gate = rollover.gate(members(circumstances))
            guard gate.isOpen else { throw .rollover(.waitsFor(gate.laggards)) }
            if !gate.toLeaveBehind.isEmpty { events.append(.nodesLeftBehind(gate.toLeaveBehind)) }
        }
        return events
    }

    func prepare(
        _ number: UInt64, _ material: RolloverMaterial, _ circumstances: AuthorityCircumstances
    ) throws(AuthorityRefusal) -> [AuthorityEvent] {
        guard try isTurn(.prepare, of: number, circumstances), let rollover else { return [] }
        if let fault = fault(of: material, rollover.kind, circumstances.now) { throw .rollover(.badMaterial(fault)) }
        return [.rolloverPrepared(number: number, material)]
    }

    func advance(
        _ number: UInt64, _ verb: Rollover.Verb, _ circumstances: AuthorityCircumstances
    ) throws(AuthorityRefusal) -> [AuthorityEvent] {
        // They come with something, by commands of their own.
        guard verb != .plan, verb != .prepare else { throw .rollover(.notItsTurn(next: rollover?.next)) }
        guard try isTurn(verb, of: number, circumstances), let rollover else { return [] }
        let saysSo = verb != .abort || rollover.phase >= .trusted
        var events: [AuthorityEvent] = [.rolloverAdvanced(number: number, verb, epochNumber: saysSo ? epochNumber + 1 : 0)]
        // An abort waits for nobody, so nobody is left behind by it.
        let gate = rollover.gate(members(circumstances))
        if verb != .abort, !gate.toLeaveBehind.isEmpty { events.append(.nodesLeftBehind(gate.toLeaveBehind)) }
        return events
    }

    static func makesEpoch(_ events: [AuthorityEvent]) -> Bool {
        events.contains { if case .rolloverAdvanced(_, _, let number) = $0 { number > 0 } else { false } }
    }

    private func isTurn(
        _ verb: Rollover.Verb, of number: UInt64, _ circumstances: AuthorityCircumstances
    ) throws(AuthorityRefusal) -> Bool {
        guard let rollover, rollover.number == number else { throw .rollover(.unknown(newest: rollover?.number ?? 0)) }
        do throws(RolloverRefusal) { return try rollover.decide(verb, members(circumstances)) } catch { throw .rollover(error) }
    }

    private func members(_ circumstances: AuthorityCircumstances) -> [RolloverMember] {
        members(circumstances.presence, at: circumstances.now, uptime: circumstances.uptime)
    }

    /// What is wrong with what was prepared; nil when nothing is.
    private func fault(of material: RolloverMaterial, _ kind: Rollover.Kind, _ now: UnixTime) -> String? {
        guard (kind == .root) == (material.root != nil), (kind == .root) == (material.bridge != nil) else {
            return "a new root comes with a bridge, a new issuer without either"
        }
        guard let parent = material.root ?? activeRoot else { return "there is no root" }
        if let root = material.root, !root.isRoot { return "the new root is not its own issuer" }
        guard material.issuer.parentKeyID == parent.keyID, !material.issuer.isRoot else { return "the root has not signed the new issuer" }
        guard material.issuer.endsAt <= parent.endsAt else { return "the new issuer ends after its root" }
        guard now < material.issuer.endsAt else { return "the new issuer has ended" }
        let known = Set((roots + issuers).map(\.certificate.keyID))
        guard !known.contains(material.issuer.keyID), material.root.map({ !known.contains($0.keyID) }) ?? true else {
            return "a key that is in use already"
        }
        return nil
    }
}
