package import SampanRPC

/// What another policy changes for one method and one role.
package struct PolicyChange: Sendable, Hashable {
    package let target: PolicyAnalysis.Target
    package let role: PeerIdentity.Role
    /// For whom; empty for all institutions.
    package let institutions: [PolicyAnalysis.Institutions]
    /// On whose data; nil where the call is denied.
    package let before: DataScope?
    package let after: DataScope?

    /// All that `new` decides otherwise than `old`, by method and role. Which rule decides does not count.
    package static func between(_ old: [PolicyRule], _ new: [PolicyRule]) -> [PolicyChange] {
        let (old, new) = (PolicyAnalysis(old), PolicyAnalysis(new))
        return PolicyAnalysis.targets([old, new]).flatMap { target -> [PolicyChange] in
            let was = AccessPolicy.rules(old.rules, about: target.descriptor)
            let will = AccessPolicy.rules(new.rules, about: target.descriptor)
            let kinds = PolicyAnalysis.institutions(was + will)
            let (wasIndex, willIndex) = (InstitutionIndex(was), InstitutionIndex(will))
            return PeerIdentity.Role.allCases.flatMap { role in
                changes(
                    target, role, kinds, { PolicyAnalysis.decide(wasIndex, $0, $1) }, { PolicyAnalysis.decide(willIndex, $0, $1) })
            }
        }
    }

    private typealias Decide = (PeerIdentity.Role, PolicyAnalysis.Institutions) -> DataScope?
    private struct Step: Hashable {
        let before: DataScope?
        let after: DataScope?
    }

    private static func changes(
        _ target: PolicyAnalysis.Target, _ role: PeerIdentity.Role, _ kinds: [PolicyAnalysis.Institutions], _ before: Decide,
        _ after: Decide
    ) -> [PolicyChange] {
        var order: [Step] = []
        var changed: [Step: [PolicyAnalysis.Institutions]] = [:]
        for kind in kinds {
            let step = Step(before: before(role, kind), after: after(role, kind))
            guard step.before != step.after else { continue }
            if changed[step] == nil { order.append(step) }
            changed[step, default: []].append(kind)
        }
        return order.map { step in
            let whom = changed[step, default: []]
            return PolicyChange(
                target: target, role: role, institutions: whom.count == kinds.count ? [] : whom, before: step.before, after: step.after)
        }
    }
}
