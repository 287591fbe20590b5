package import SampanRPC

/// Which role may call which method: default deny (design.md, Identity and trust; ID-14). Runs before every handler.
///
/// What an allowed caller may do with whose data is the service's question; this one is about the door only.
package struct AccessPolicy: CallInterceptor {
    /// One line of the policy.
    package struct Rule: Sendable, Hashable {
        /// Full name of a service, or of a method as `service/method`.
        package let target: String
        package let roles: Set<PeerIdentity.Role>

        package init(_ target: String, _ roles: PeerIdentity.Role...) {
            self.target = target
            self.roles = Set(roles)
        }

        package init(_ target: String, _ roles: Set<PeerIdentity.Role>) {
            self.target = target
            self.roles = roles
        }
    }

    /// Path of the method → roles; what is not here nobody may call.
    private let rolesByPath: [String: Set<PeerIdentity.Role>]

    /// Spreads the rules over the methods that are served. A method's own rule counts before its service's.
    package init(_ rules: [Rule], for methods: [MethodDescriptor]) {
        let rolesByTarget = Dictionary(rules.map { ($0.target, $0.roles) }) { first, second in first.union(second) }
        rolesByPath = Dictionary(
            methods.map { ($0.path, rolesByTarget["\($0.service)/\($0.name)"] ?? rolesByTarget[$0.service] ?? []) }
        ) { first, _ in first }
    }

    /// Whether a role may call any method of a service: what server reflection shows it.
    package func allows(_ role: PeerIdentity.Role, anyOf service: String) -> Bool {
        rolesByPath.contains { $0.key.hasPrefix("/\(service)/") && $0.value.contains(role) }
    }

    package func admit(_ context: CallContext) throws(RPCError) {
        guard let identity = context.peer.identity else {
            throw RPCError(code: .unauthenticated, message: "the connection shows no certificate of a node")
        }
        guard rolesByPath[context.method.path]?.contains(identity.role) ?? false else {
            throw RPCError(
                code: .permissionDenied, message: "role \(identity.role.rawValue) may not call \(context.method); ask the platform's admin")
        }
    }
}
