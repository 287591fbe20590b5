package import SampanRPC

/// One line of a policy: who may call what, and on whose data (ID-14). Rules only allow; what none allows is denied.
package struct PolicyRule: Sendable, Hashable {
    /// What a rule is called in denials, audits and explanations; once in a policy.
    package let id: String
    package let methods: [MethodPattern]
    package let roles: Set<PeerIdentity.Role>
    package let institutions: InstitutionPattern
    package let data: DataScope

    package init(
        id: String, methods: [MethodPattern], roles: Set<PeerIdentity.Role>, institutions: InstitutionPattern = .all, data: DataScope = .own
    ) {
        self.id = id
        self.methods = methods
        self.roles = roles
        self.institutions = institutions
        self.data = data
    }

    /// A rule of one service, or of a method as `service/method`, which is also its name. For the rules that a program brings along.
    package init(_ target: MethodPattern, _ roles: PeerIdentity.Role..., data: DataScope = .own) {
        self.init(target, Set(roles), data: data)
    }

    package init(_ target: MethodPattern, _ roles: Set<PeerIdentity.Role>, data: DataScope = .own) {
        self.init(id: target.description, methods: [target], roles: roles, data: data)
    }
}
