/// What is kept of a verified peer's certificate for the life of its connection: values only.
package struct PeerCertificate: Sendable, Hashable {
    /// The only URI name, printable ASCII.
    package let uri: String
    /// The leaf.
    package let certificate: ChainMember
    /// The authorities between the leaf and the root by which it was verified, its own issuer first. Connections whose peers have the same
    /// issuers share them: 8 bytes for each.
    package let issuers: [ChainMember]
    /// SHA-256 of the issuer's name (DER).
    package let issuerNameHash: [UInt8]

    /// Nil unless the certificate has exactly one URI name and readable dates.
    package init?(_ certificate: Certificate, issuers: [ChainMember] = []) {
        guard let names = certificate.alternativeNames, names.uris.count == 1, let uri = names.uris.first,
            let member = ChainMember(certificate)
        else { return nil }
        self.uri = uri
        self.certificate = member
        self.issuers = issuers
        issuerNameHash = certificate.issuerNameHash
    }

    /// Serial number, most significant byte first; with the issuer it names the certificate in a revocation list.
    package var serial: [UInt8] { certificate.serial }
    /// Key identifier of the issuer; empty when the certificate does not say.
    package var issuerKeyID: [UInt8] { certificate.issuerKeyID }
    package var validity: CertificateValidity { certificate.validity }
    /// SHA-256 of the certificate (DER).
    package var fingerprint: [UInt8] { certificate.fingerprint }

    /// The authority part of a SPIFFE ID (SPIFFE-ID §2.1); nil when the URI is none.
    package var trustDomain: String? { Self.trustDomain(of: uri) }

    static func trustDomain(of uri: String) -> String? {
        let scheme = "spiffe://"
        guard uri.hasPrefix(scheme) else { return nil }
        let domain = uri.dropFirst(scheme.count).prefix { $0 != "/" }
        return domain.isEmpty ? nil : String(domain)
    }
}
