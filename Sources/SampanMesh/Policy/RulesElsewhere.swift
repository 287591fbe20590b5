internal import SampanRPC
internal import Synchronization

/// The rules about methods that this node does not serve, found once for each. Safe from any thread.
final class RulesElsewhere: Sendable {
    /// Methods that are remembered, at the most. 4,096: more than a region has; beyond, all are looked for anew.
    private static let limit = 4_096

    private let rules: [PolicyRule]
    private let known = Mutex<[String: [PolicyRule]]>([:])

    init(_ rules: [PolicyRule]) { self.rules = rules }

    func rules(about method: MethodDescriptor) -> [PolicyRule] {
        if let found = known.withLock({ $0[method.path] }) { return found }
        let found = AccessPolicy.rules(rules, about: method)
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[method.path] = found
        }
        return found
    }
}
