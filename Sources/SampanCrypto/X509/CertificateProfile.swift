/// What a certificate of a trust domain says besides its subject, its key and its dates.
package enum CertificateProfile: Sendable, Hashable {
    /// Self-signed anchor of a trust domain; signs issuing authorities. Names its domain as `spiffe://<domain>` when given one.
    case root(trustDomain: String?)
    /// Signs node certificates and nothing below them (pathlen 0).
    case issuing(trustDomain: String?)
    /// A node: one URI name and, for stock gRPC clients, host names and addresses.
    case node(names: SubjectAlternativeNames, purposes: CertificatePurposes = [.server, .client])

    /// Signs trust epochs, and cannot speak TLS: the stolen key of a node signs no epoch, and that of the signer opens no connection.
    /// One URI name, of a platform node.
    case epochSigner(names: SubjectAlternativeNames)
    /// A new root's key certified by the old root (a cross certificate), so that who knows only the old root can follow to the new one.
    /// As far as issuing authorities and no further (pathlen 1).
    case bridge(trustDomain: String?)

    /// Value of basicConstraints, always critical (RFC 5280 §4.2.1.9).
    var basicConstraints: String {
        switch self {
        case .root: "critical,CA:TRUE"
        case .issuing: "critical,CA:TRUE,pathlen:0"
        case .bridge: "critical,CA:TRUE,pathlen:1"
        case .node, .epochSigner: "critical,CA:FALSE"
        }
    }

    /// Value of keyUsage, always critical (RFC 5280 §4.2.1.3).
    var keyUsage: String {
        switch self {
        case .root, .issuing, .bridge: "critical,keyCertSign,cRLSign"
        case .node, .epochSigner: "critical,digitalSignature"
        }
    }

    /// Alternative names; a signing certificate carries its trust domain without a path (X509-SVID §2).
    var names: SubjectAlternativeNames {
        switch self {
        case .root(let domain), .issuing(let domain), .bridge(let domain):
            SubjectAlternativeNames(uris: domain.map { ["spiffe://\($0)"] } ?? [])
        case .node(let names, _), .epochSigner(let names): names
        }
    }

    /// Value of extendedKeyUsage; nil when there is none.
    var extendedKeyUsage: String? {
        let purposes: CertificatePurposes
        switch self {
        case .root, .issuing, .bridge: return nil
        case .epochSigner: purposes = .epochSigner
        case .node(_, let asked): purposes = asked.intersection([.server, .client])
        }
        var values: [String] = []
        if purposes.contains(.server) { values.append("serverAuth") }
        if purposes.contains(.client) { values.append("clientAuth") }
        if purposes.contains(.epochSigner) { values.append(CertificatePurposes.epochSignerOID) }
        return values.isEmpty ? nil : values.joined(separator: ",")
    }
}
