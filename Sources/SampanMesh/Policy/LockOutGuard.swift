internal import SampanAPI
internal import SampanRPC

/// Refuses a policy after which nobody could give the region another one.
///
/// The node that serves the trust services is asked by admins for changes and by every node for epochs. A policy that shuts either out
/// could only be undone with hands on the machine.
enum LockOutGuard {
    /// What the guard watches over: these services, where the node serves them.
    private static let package = "sampan.trust.v1."
    /// Who changes the region.
    private static let rulers: [PeerIdentity.Role] = [.platform, .admin]
    /// How an admin puts a policy in the place of a wrong one.
    private static let change = TrustV1.AuthorityServiceMethods.changeSettings
    /// How nodes hear of it.
    private static let follow = TrustV1.TrustServiceMethods.followEpochs

    /// Throws when `rules` would lock the region out of the node that serves `methods`.
    static func check(_ rules: [PolicyRule], for methods: [MethodDescriptor]) throws(PolicyRefusal) {
        let served = methods.filter { $0.service.hasPrefix(package) }
        guard !served.isEmpty else { return }
        let policy = AccessPolicy(rules, for: served)
        guard served.contains(where: { method in rulers.contains { policy.allows($0, path: method.path) } }) else {
            throw PolicyRefusal("it would lock out platform and admin: no rule lets either call a method of \(package)* at this node")
        }
        if served.contains(change), !rulers.contains(where: { policy.allows($0, path: change.path) }) {
            throw PolicyRefusal("it would be the last: no rule lets platform or admin call \(change)")
        }
        if served.contains(follow), !PeerIdentity.Role.allCases.contains(where: { policy.allows($0, path: follow.path) }) {
            throw PolicyRefusal("no node would hear of the next: no rule lets any role call \(follow)")
        }
    }
}
