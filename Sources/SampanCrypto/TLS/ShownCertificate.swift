/// What is kept of a certificate that a peer has shown, be it accepted or refused: enough to find it again, and nothing else. Every part
/// is bounded, since the peer chose it.
package struct ShownCertificate: Sendable, Hashable {
    /// Its URI names, two at the most; a node's has one.
    package let uris: [String]
    /// Serial number, most significant byte first.
    package let serial: [UInt8]
    /// SHA-256 of the certificate (DER).
    package let fingerprint: [UInt8]
    /// Nil when the dates cannot be read.
    package let validity: CertificateValidity?

    /// Names that are kept: the one that should be there, and the one that is too many.
    private static let maximumNames = 2
    /// Bytes of a name. 128: ours have some 60.
    private static let longestName = 128
    /// Bytes of a serial number (RFC 5280 §4.1.2.2).
    private static let longestSerial = 20

    init(_ certificate: Certificate) {
        self.init(
            uris: certificate.alternativeNames?.uris ?? [], serial: certificate.serial, fingerprint: certificate.fingerprint,
            validity: certificate.validity)
    }

    init(_ peer: PeerCertificate) {
        self.init(uris: [peer.uri], serial: peer.serial, fingerprint: peer.fingerprint, validity: peer.validity)
    }

    private init(uris: [String], serial: [UInt8], fingerprint: [UInt8], validity: CertificateValidity?) {
        self.uris = uris.prefix(Self.maximumNames).map { BoundedText.cut($0, to: Self.longestName) }
        self.serial = Array(serial.prefix(Self.longestSerial))
        self.fingerprint = fingerprint
        self.validity = validity
    }
}
