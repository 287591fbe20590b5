package import SampanRPC

/// Whom a channel means to talk to: an address is only where somebody may be found, and says nothing about who answers there.
package struct ExpectedPeer: Sendable, Hashable {
    /// Nil for any.
    private let role: PeerIdentity.Role?
    private let institution: String?
    private let nodes: Set<String>?

    /// Nodes of a role, of any institution.
    package init(role: PeerIdentity.Role) {
        self.role = role
        (institution, nodes) = (nil, nil)
    }

    /// Some nodes of an institution.
    package init(institution: String, nodes: Set<String>) {
        role = nil
        (self.institution, self.nodes) = (institution, nodes)
    }

    func isMet(by identity: PeerIdentity) -> Bool {
        (role ?? identity.role) == identity.role && (institution ?? identity.institution) == identity.institution
            && nodes?.contains(identity.node) != false
    }
}
