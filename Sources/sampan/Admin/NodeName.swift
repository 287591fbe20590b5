import SampanRPC

/// Names of nodes at the terminal: `hospital/12345678/his-1` where the trust domain is clear, the SPIFFE name in full for programs.
enum NodeName {
    /// As tables show it. What is no node's name is shown as it is, unable to steer the terminal.
    static func short(_ uri: String) -> String {
        guard let identity = try? PeerIdentity(uri: uri) else { return CertificateDescription.printable(uri) }
        return "\(identity.role.rawValue)/\(identity.institution)/\(identity.node)"
    }

    /// Reads either form; the short one is of `trustDomain`. Nil for what names no node.
    static func identity(_ text: String, trustDomain: String) -> PeerIdentity? {
        try? PeerIdentity(uri: text.hasPrefix("spiffe://") ? text : "spiffe://\(trustDomain)/\(text)")
    }
}
