package import SampanDomain
package import SampanRPC

/// The right of one node to its first certificate. Of the token itself only the hash is kept.
package struct EnrollmentToken: Sendable, Hashable {
    /// SHA-256 of the token, 32 bytes.
    package let hash: [UInt8]
    /// Whom the certificate will name, whatever the request says.
    package let identity: PeerIdentity
    /// Other names it will have, at most 32 of each kind.
    package let dnsNames: [String]
    package let addresses: [String]
    package let expiresAt: UnixTime

    package init(hash: [UInt8], identity: PeerIdentity, dnsNames: [String] = [], addresses: [String] = [], expiresAt: UnixTime)
        throws(EpochError)
    {
        try EpochError.check(count: hash.count, in: EpochLimits.hashBytes...EpochLimits.hashBytes, "token_hash")
        try EpochError.check(count: dnsNames.count, in: 0...32, "dns_names")
        try EpochError.check(count: addresses.count, in: 0...32, "addresses")
        self.hash = hash
        self.identity = identity
        self.dnsNames = dnsNames
        self.addresses = addresses
        self.expiresAt = expiresAt
    }
}
