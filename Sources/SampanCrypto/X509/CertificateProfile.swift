/// What a certificate of a trust domain says besides its subject, its key and its dates.
package enum CertificateProfile: Sendable, Hashable {
    /// Self-signed anchor of a trust domain; signs issuing authorities. Names its domain as `spiffe://<domain>` when given one.
    case root(trustDomain: String?)
    /// Signs node certificates and nothing below them (pathlen 0).
    case issuing(trustDomain: String?)
    /// A node: one URI name and, for stock gRPC clients, host names and addresses.
    case node(names: SubjectAlternativeNames, purposes: CertificatePurposes = [.server, .client])

    /// Value of basicConstraints, always critical (RFC 5280 §4.2.1.9).
    var basicConstraints: String {
        switch self {
        case .root: "critical,CA:TRUE"
        case .issuing: "critical,CA:TRUE,pathlen:0"
        case .node: "critical,CA:FALSE"
        }
    }

    /// Value of keyUsage, always critical (RFC 5280 §4.2.1.3).
    var keyUsage: String {
        switch self {
        case .root, .issuing: "critical,keyCertSign,cRLSign"
        case .node: "critical,digitalSignature"
        }
    }

    /// Alternative names; a signing certificate carries its trust domain without a path (X509-SVID §2).
    var names: SubjectAlternativeNames {
        switch self {
        case .root(let domain), .issuing(let domain):
            SubjectAlternativeNames(uris: domain.map { ["spiffe://\($0)"] } ?? [])
        case .node(let names, _): names
        }
    }

    /// Value of extendedKeyUsage; nil when there is none.
    var extendedKeyUsage: String? {
        guard case .node(_, let purposes) = self else { return nil }
        switch (purposes.contains(.server), purposes.contains(.client)) {
        case (true, true): return "serverAuth,clientAuth"
        case (true, false): return "serverAuth"
        case (false, true): return "clientAuth"
        case (false, false): return nil
        }
    }
}
