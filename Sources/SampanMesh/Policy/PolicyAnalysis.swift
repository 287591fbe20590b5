internal import SampanRPC

/// What a policy says about everybody: decided for every method, role and kind of institution that any of its rules tells apart.
///
/// Methods that no rule names are one for each service, and institutions that no rule names are one: whatever they are called, the policy
/// decides alike.
package struct PolicyAnalysis {
    /// A method, or all methods of a service that no rule names.
    package struct Target: Sendable, Hashable {
        package let service: String
        /// Nil for those that no rule names.
        package let method: String?

        /// No method's name: only rules of the whole service match it.
        private static let unnamed = "*"

        var descriptor: MethodDescriptor { MethodDescriptor(service: service, name: method ?? Self.unnamed, kind: .unary) }
        package var description: String { "\(service)/\(method ?? Self.unnamed)" }
    }

    /// Institutions that a policy cannot tell apart.
    package enum Institutions: Sendable, Hashable {
        case code(String)
        /// Codes that begin so and that no longer entry names.
        case prefix(String)
        /// All that nobody names.
        case others

        /// As a policy file says it; `*` for all that nobody names.
        package var description: String {
            switch self {
            case .code(let code): code
            case .prefix(let prefix): "\(prefix)*"
            case .others: "*"
            }
        }

        /// The code of one of them. A slash stands in no code, so no entry of a policy goes on with it.
        var sample: String {
            switch self {
            case .code(let code): code
            // A prefix of full length is a code.
            case .prefix(let prefix): prefix.utf8.count < 32 ? prefix + "/" : prefix
            case .others: "/"
            }
        }
    }

    /// A rule that never admits anybody.
    package struct IdleRule: Sendable, Hashable {
        package let rule: PolicyRule
        /// The rules that decide in its place.
        package let insteadOfIt: [String]
    }

    package let rules: [PolicyRule]

    package init(_ rules: [PolicyRule]) { self.rules = rules }

    /// What rules tell apart, by service and name; each service has its unnamed methods as well.
    package var targets: [Target] { Self.targets([self]) }

    /// Rules that never admit anybody, with those that stand in their way.
    package var idleRules: [IdleRule] {
        var deciding = Set<String>()
        var instead: [String: Set<String>] = [:]
        for target in targets {
            let matching = AccessPolicy.rules(rules, about: target.descriptor)
            let index = InstitutionIndex(matching)
            for institutions in Self.institutions(matching) {
                let taking = index.rules(taking: institutions.sample)
                for role in PeerIdentity.Role.allCases {
                    let takers = taking.filter { $0.roles.contains(role) }
                    guard let first = takers.first else { continue }
                    deciding.insert(first.id)
                    for other in takers.dropFirst() { instead[other.id, default: []].insert(first.id) }
                }
            }
        }
        return rules.filter { !deciding.contains($0.id) }.map {
            IdleRule(rule: $0, insteadOfIt: instead[$0.id, default: []].sorted())
        }
    }

    /// On whose data the rules about one method let a role act; nil where they do not let it.
    static func decide(_ index: InstitutionIndex, _ role: PeerIdentity.Role, _ institutions: Institutions) -> DataScope? {
        index.rules(taking: institutions.sample).first { $0.roles.contains(role) }?.data
    }

    static func targets(_ policies: [PolicyAnalysis]) -> [Target] {
        let patterns = policies.flatMap(\.rules).flatMap(\.methods)
        let targets = patterns.flatMap { [Target(service: $0.service, method: $0.method), Target(service: $0.service, method: nil)] }
        return Set(targets).sorted { $0.description < $1.description }
    }

    /// The kinds of institutions that some rules tell apart: codes first, then beginnings, then all others.
    static func institutions(_ rules: [PolicyRule]) -> [Institutions] {
        var (codes, prefixes) = (Set<String>(), Set<String>())
        for rule in rules {
            guard case .listed(let ruleCodes, let rulePrefixes) = rule.institutions else { continue }
            codes.formUnion(ruleCodes)
            prefixes.formUnion(rulePrefixes)
        }
        return codes.sorted().map { .code($0) } + prefixes.sorted().map { .prefix($0) } + [.others]
    }
}
