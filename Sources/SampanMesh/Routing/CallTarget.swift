internal import SampanRPC

/// Whom a call is for, as `sampan-to` names it (Docs/Mesh.md).
///
/// | text | meaning |
/// |---|---|
/// | `4699010002` | an institution: any node of it that serves the method |
/// | `4699010002/his-1` | a node |
/// | `parent` | the nearest institution above the node's own that serves the method |
/// | `custodian-of:4699010009` | the institution that keeps for that one, by the region's word; without one, that one itself |
package enum CallTarget: Sendable, Hashable {
    case institution(String)
    case node(institution: String, node: String)
    case parent
    case custodian(of: String)

    package static let parentText = "parent"
    /// A colon is in no institution's code.
    private static let custodianPrefix = "custodian-of:"

    /// Nil for a text that names nobody.
    package init?(_ text: String) {
        guard text != Self.parentText else {
            self = .parent
            return
        }
        if text.hasPrefix(Self.custodianPrefix) {
            guard case .institution(let institution) = CallTarget(String(text.dropFirst(Self.custodianPrefix.count))) else { return nil }
            self = .custodian(of: institution)
            return
        }
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard let institution = parts.first, parts.count <= 2 else { return nil }
        let node = parts.count == 2 ? parts[1] : nil
        guard (try? PeerIdentity(trustDomain: "target", role: .app, institution: institution, node: node ?? "0")) != nil else { return nil }
        self = node.map { .node(institution: institution, node: $0) } ?? .institution(institution)
    }
}
