package import SampanDomain
package import SampanRPC

/// A node certificate that the authority has made.
package struct IssuedCertificate: Sendable, Hashable {
    package let identity: PeerIdentity
    package let name: CertificateName
    package let endsAt: UnixTime
    /// SHA-256 of the request (DER), 32 bytes.
    package let requestHash: [UInt8]
    /// DER.
    package let certificate: [UInt8]

    package init(identity: PeerIdentity, name: CertificateName, endsAt: UnixTime, requestHash: [UInt8], certificate: [UInt8])
        throws(EpochError)
    {
        try EpochError.check(count: requestHash.count, in: EpochLimits.hashBytes...EpochLimits.hashBytes, "request_hash")
        try EpochError.check(count: certificate.count, in: EpochLimits.certificateBytes, "certificate")
        try EpochError.check(count: name.issuerKeyID.count, in: EpochLimits.keyIDBytes, "issuer_key_id")
        self.identity = identity
        self.name = name
        self.endsAt = endsAt
        self.requestHash = requestHash
        self.certificate = certificate
    }
}
