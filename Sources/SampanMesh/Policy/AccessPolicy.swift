internal import SampanAPI
package import SampanRPC

/// Which caller may call which method, and on whose data: default deny (design.md, Identity and trust; ID-14, CE-01). Runs before every
/// handler.
///
/// The caller is what its certificate says; nothing in a message counts over it. Handlers ask `requireData` about the institution whose
/// data a message names.
package struct AccessPolicy: CallInterceptor {
    /// A call that was denied, for the audit: never more of it than this.
    package struct DeniedCall: Sendable, Hashable {
        package let method: MethodDescriptor
        /// Nil where the connection shows no certificate.
        package let identity: PeerIdentity?
        package let address: String
        package let denial: PolicyDenial
        /// SHA-256 of the policy that decided, 32 bytes; empty where it has none (`PolicyEdition`).
        package let policyHash: [UInt8]
    }

    /// Path of the method → the rules about it, in the policy's order.
    private let rulesByPath: [String: [PolicyRule]]
    /// About methods that other nodes serve, of calls that are passed on.
    private let elsewhere: RulesElsewhere
    private let hash: [UInt8]
    private let audit: (@Sendable (DeniedCall) -> Void)?

    /// Spreads the rules over the methods that are served. Rules that name a method count in place of those of its service.
    /// - Parameters:
    ///   - hash: of the text that the rules were read from, for the audit.
    ///   - audit: told of every denial, on the thread of the call, before its caller is; must not block.
    package init(
        _ rules: [PolicyRule], for methods: [MethodDescriptor], hash: [UInt8] = [], audit: (@Sendable (DeniedCall) -> Void)? = nil
    ) {
        self.hash = hash
        self.audit = audit
        elsewhere = RulesElsewhere(rules)
        rulesByPath = Dictionary(methods.map { ($0.path, Self.rules(rules, about: $0)) }) { first, _ in first }
    }

    /// Those that count for a method.
    static func rules(_ rules: [PolicyRule], about method: MethodDescriptor) -> [PolicyRule] {
        let matching = rules.filter { $0.methods.contains { $0.matches(method) } }
        let named = matching.filter { $0.methods.contains { $0.method != nil && $0.matches(method) } }
        return named.isEmpty ? matching : named
    }

    /// What the policy says; changes nothing and is not audited.
    package func decide(_ identity: PeerIdentity?, _ method: MethodDescriptor) -> PolicyDecision {
        guard let identity else { return .deny(.noIdentity) }
        let rules = rulesByPath[method.path] ?? elsewhere.rules(about: method)
        guard !rules.isEmpty else { return .deny(.noRule) }
        return Self.decide(rules, identity.role, identity.institution)
    }

    /// What the rules about one method say, in their order.
    static func decide(_ rules: [PolicyRule], _ role: PeerIdentity.Role, _ institution: String) -> PolicyDecision {
        for rule in rules where rule.roles.contains(role) && rule.institutions.contains(institution) {
            return .allow(rule: rule.id, data: rule.data)
        }
        let ofRole = rules.filter { $0.roles.contains(role) }.map(\.id)
        return .deny(ofRole.isEmpty ? .role(rules: rules.map(\.id)) : .institution(rules: ofRole))
    }

    /// Whether a role may call a method, as some institution.
    func allows(_ role: PeerIdentity.Role, path: String) -> Bool {
        rulesByPath[path]?.contains { $0.roles.contains(role) } == true
    }

    /// Whether a role may call any method of a service: what server reflection shows it.
    package func allows(_ role: PeerIdentity.Role, anyOf service: String) -> Bool {
        rulesByPath.contains { $0.key.hasPrefix("/\(service)/") && $0.value.contains { $0.roles.contains(role) } }
    }

    package func admit(_ context: CallContext) throws(RPCError) {
        guard case .deny(let denial) = decide(context.peer.identity, context.method) else { return }
        throw deny(denial, context)
    }

    /// Lets a handler go on with the data of an institution: its caller's own, or anybody's where the rule that admitted the call says so.
    /// Throws PERMISSION_DENIED, audited, otherwise.
    package func requireData(of institution: String, _ context: CallContext) throws(RPCError) {
        switch decide(context.peer.identity, context.method) {
        case .deny(let denial): throw deny(denial, context)
        case .allow(let rule, let data):
            guard data == .any || context.peer.identity?.institution == institution else { throw deny(.data(rule: rule), context) }
        }
    }

    private func deny(_ denial: PolicyDenial, _ context: CallContext) -> RPCError {
        let identity = context.peer.identity
        audit?(DeniedCall(method: context.method, identity: identity, address: context.peer.address, denial: denial, policyHash: hash))
        let code: StatusCode = denial == .noIdentity ? .unauthenticated : .permissionDenied
        let metadata = denial.rules.isEmpty ? [:] : ["rules": denial.rules.joined(separator: ",")]
        return RPCError(
            code: code, message: denial.explanation(identity, context.method),
            details: [GoogleRPC.ErrorInfo(reason: denial.reason, domain: "policy.sampan", metadata: metadata)])
    }
}
