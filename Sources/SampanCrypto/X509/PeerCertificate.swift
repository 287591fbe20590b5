/// What is kept of a verified peer's certificate for the life of its connection: values only.
package struct PeerCertificate: Sendable, Hashable {
    /// The only URI name, printable ASCII.
    package let uri: String
    /// Serial number, most significant byte first; with the issuer it names the certificate in a revocation list.
    package let serial: [UInt8]
    /// Key identifier of the issuer; empty when the certificate does not say.
    package let issuerKeyID: [UInt8]
    /// SHA-256 of the issuer's name (DER).
    package let issuerNameHash: [UInt8]
    package let validity: CertificateValidity
    /// SHA-256 of the certificate (DER).
    package let fingerprint: [UInt8]

    /// Nil unless the certificate has exactly one URI name and readable dates.
    package init?(_ certificate: Certificate) {
        guard let names = certificate.alternativeNames, names.uris.count == 1, let uri = names.uris.first,
            let validity = certificate.validity
        else { return nil }
        self.uri = uri
        self.validity = validity
        serial = certificate.serial
        issuerKeyID = certificate.issuerKeyID
        issuerNameHash = certificate.issuerNameHash
        fingerprint = certificate.fingerprint
    }

    /// The authority part of a SPIFFE ID (SPIFFE-ID §2.1); nil when the URI is none.
    package var trustDomain: String? {
        let scheme = "spiffe://"
        guard uri.hasPrefix(scheme) else { return nil }
        let domain = uri.dropFirst(scheme.count).prefix { $0 != "/" }
        return domain.isEmpty ? nil : String(domain)
    }
}
