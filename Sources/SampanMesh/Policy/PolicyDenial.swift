package import SampanRPC

/// Why a policy says no. Its names are stable: they stand in audits, in `google.rpc.ErrorInfo` and in `sampan can --json`.
package enum PolicyDenial: Sendable, Hashable {
    /// The connection shows no certificate of a node.
    case noIdentity
    /// No rule is about the method: nobody may call it.
    case noRule
    /// The rules about the method are for other roles.
    case role(rules: [String])
    /// A rule takes the role, but not this institution.
    case institution(rules: [String])
    /// The call itself is allowed, but only on the caller's own data.
    case data(rule: String)

    package var reason: String {
        switch self {
        case .noIdentity: "NO_IDENTITY"
        case .noRule: "NO_RULE"
        case .role: "ROLE_NOT_ALLOWED"
        case .institution: "INSTITUTION_NOT_ALLOWED"
        case .data: "DATA_OF_ANOTHER_INSTITUTION"
        }
    }

    /// The rules that matched the method and did not take the caller; empty where there is none.
    package var rules: [String] {
        switch self {
        case .noIdentity, .noRule: []
        case .role(let rules), .institution(let rules): rules
        case .data(let rule): [rule]
        }
    }

    /// A sentence for a person: what was missing, and who can change it.
    package func explanation(_ identity: PeerIdentity?, _ method: MethodDescriptor) -> String {
        let by = rules.isEmpty ? "" : " (\(rules.joined(separator: ", ")))"
        let (role, institution) = (identity?.role.rawValue ?? "none", identity?.institution ?? "none")
        return switch self {
        case .noIdentity: "the connection shows no certificate of a node"
        case .noRule: "no rule of the policy is about \(method), so nobody may call it; ask the platform's admin"
        case .role: "role \(role) may not call \(method)\(by); ask the platform's admin"
        case .institution: "institution \(institution) may not call \(method) as \(role)\(by); ask the platform's admin"
        case .data: "institution \(institution) may call \(method) on its own data only\(by)"
        }
    }
}
