package import SampanDomain

/// A root or issuing certificate, and what the authority has to know of it.
package struct AuthorityCertificate: Sendable, Hashable {
    /// DER.
    package let certificate: [UInt8]
    /// Subject key identifier, 1 to 64 bytes.
    package let keyID: [UInt8]
    /// Key identifier of what signed it; its own for a root.
    package let parentKeyID: [UInt8]
    package let endsAt: UnixTime

    /// Throws `EpochError` for a certificate or key identifier that is empty or too long.
    package init(certificate: [UInt8], keyID: [UInt8], parentKeyID: [UInt8], endsAt: UnixTime) throws(EpochError) {
        try EpochError.check(count: certificate.count, in: EpochLimits.certificateBytes, "certificate")
        try EpochError.check(count: keyID.count, in: EpochLimits.keyIDBytes, "key_id")
        try EpochError.check(count: parentKeyID.count, in: EpochLimits.keyIDBytes, "parent_key_id")
        self.certificate = certificate
        self.keyID = keyID
        self.parentKeyID = parentKeyID
        self.endsAt = endsAt
    }

    package var isRoot: Bool { keyID == parentKeyID }
}
