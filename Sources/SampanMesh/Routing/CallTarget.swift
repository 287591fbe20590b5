internal import SampanRPC

/// Whom a call is for, as `sampan-to` names it (Docs/Mesh.md).
///
/// | text | meaning |
/// |---|---|
/// | `4699010002` | an institution: any node of it that serves the method |
/// | `4699010002/his-1` | a node |
/// | `parent` | the nearest institution above the node's own that serves the method |
package enum CallTarget: Sendable, Hashable {
    case institution(String)
    case node(institution: String, node: String)
    case parent

    package static let parentText = "parent"

    /// Nil for a text that names nobody.
    package init?(_ text: String) {
        guard text != Self.parentText else {
            self = .parent
            return
        }
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard let institution = parts.first, parts.count <= 2 else { return nil }
        let node = parts.count == 2 ? parts[1] : nil
        guard (try? PeerIdentity(trustDomain: "target", role: .app, institution: institution, node: node ?? "0")) != nil else { return nil }
        self = node.map { .node(institution: institution, node: $0) } ?? .institution(institution)
    }
}
