/// What a side knows of its own certificate: where a peer refuses it with an alert that says little (`bad_certificate` stands for five
/// flaws), this side can look for itself.
struct OwnCertificate: Sendable {
    /// What this side finds wrong with itself, as its peers judge it (`PeerPolicy`).
    enum Flaw: Sendable, Hashable {
        case expired, notYetValid, isAuthority, wrongPurpose, badName, wrongTrustDomain

        /// What a peer that refuses it for this would call it.
        var reason: TLSError.Reason {
            switch self {
            case .expired: .certificateExpired
            case .notYetValid: .certificateNotYetValid
            case .isAuthority: .authorityAsPeer
            case .wrongPurpose: .wrongPurpose
            case .badName: .badPeerName
            case .wrongTrustDomain: .wrongTrustDomain
            }
        }
    }

    private let validity: CertificateValidity?
    /// Nil where only the dates can be wrong.
    private let lasting: Flaw?

    /// - Parameter trustDomain: that peers are asked for; ours is the same one, or this side knows no better.
    init(_ leaf: Certificate, role: TLSRole, trustDomain: String?) {
        validity = leaf.validity
        let purpose: CertificatePurposes = role == .server ? .server : .client
        let peer = PeerCertificate(leaf)
        lasting =
            if leaf.isAuthority { .isAuthority } else if !leaf.purposes.contains(purpose) { .wrongPurpose } else if peer == nil {
                .badName
            } else if let trustDomain, peer?.trustDomain != trustDomain { .wrongTrustDomain } else { nil }
    }

    /// Nil when this side finds nothing wrong; `now` in Unix seconds.
    func flaw(at now: Int64) -> Flaw? {
        if let validity, now > validity.notAfter { return .expired }
        if let validity, now < validity.notBefore { return .notYetValid }
        return lasting
    }
}
