/// Extended key usages a TLS peer must have (RFC 5280 §4.2.1.12).
package struct CertificatePurposes: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// serverAuth: to accept connections.
    package static let server = CertificatePurposes(rawValue: 1)
    /// clientAuth: to open them.
    package static let client = CertificatePurposes(rawValue: 2)
}
