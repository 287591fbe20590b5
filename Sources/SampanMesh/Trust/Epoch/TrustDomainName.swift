internal import SampanRPC

/// What a trust domain is called (SPIFFE-ID §2.1).
package enum TrustDomainName {
    /// A trust domain is right when an identity in it is.
    package static func isValid(_ name: String) -> Bool {
        (try? PeerIdentity(trustDomain: name, role: .platform, institution: "0", node: "0")) != nil
    }
}
