/// What is kept of one certificate of a chain that was verified: what a revocation names it by. Values only.
package struct ChainMember: Sendable, Hashable {
    /// Key identifier of who signed it; empty when the certificate does not say.
    package let issuerKeyID: [UInt8]
    /// Serial number, most significant byte first; with the issuer it names the certificate in a revocation list.
    package let serial: [UInt8]
    /// SHA-256 of the certificate (DER).
    package let fingerprint: [UInt8]
    package let validity: CertificateValidity

    /// Nil when the dates cannot be read.
    init?(_ certificate: Certificate) {
        guard let validity = certificate.validity else { return nil }
        self.validity = validity
        issuerKeyID = certificate.issuerKeyID
        serial = certificate.serial
        fingerprint = certificate.fingerprint
    }
}
