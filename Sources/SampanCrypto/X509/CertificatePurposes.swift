/// Extended key usages that we know (RFC 5280 §4.2.1.12).
package struct CertificatePurposes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// serverAuth: to accept connections.
    package static let server = CertificatePurposes(rawValue: 1)
    /// clientAuth: to open them.
    package static let client = CertificatePurposes(rawValue: 2)
    /// To sign trust epochs; never together with the others.
    package static let epochSigner = CertificatePurposes(rawValue: 4)

    /// The OID of `epochSigner`. Under 2.25, where a UUID is an arc (ITU-T X.667 §7): Sampan has no registered arc of its own, this one
    /// needs nobody's leave and meets nobody else's. Its last number has 128 bits, which a few programs cannot read (Go's among them); an
    /// epoch signer's certificate goes to Sampan nodes only, inside of epochs, and is never shown in TLS.
    package static let epochSignerOID = "2.25.95121949310562660863117699794361134518"
}
