package import SampanRPC

/// What a node certificate is asked to say.
package struct NodeCertificateRequest: Sendable, Hashable {
    /// Who the node is; its trust domain must be the authority's.
    package var identity: PeerIdentity
    /// Host names and numeric addresses for stock gRPC clients, which insist on them.
    package var dnsNames: [String]
    package var addresses: [String]
    /// O of the subject: the institution as it calls itself; nil leaves it out.
    package var organization: String?
    /// Days from now, 1 to 36 500; cut to the authority's own end.
    package var days: Int

    package init(
        identity: PeerIdentity, dnsNames: [String] = [], addresses: [String] = [], organization: String? = nil, days: Int
    ) {
        self.identity = identity
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.organization = organization
        self.days = days
    }
}
