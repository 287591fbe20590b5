internal import SampanDomain

/// What names one certificate for good: who issued it, and the number that the issuer gave it.
package struct CertificateName: Sendable, Hashable {
    /// Key identifier of the issuer, 1 to 64 bytes. Not its name: two issuers of one name are two issuers.
    package let issuerKeyID: [UInt8]
    package let serial: SerialNumber

    package init(issuerKeyID: [UInt8], serial: SerialNumber) {
        self.issuerKeyID = issuerKeyID
        self.serial = serial
    }
}

extension CertificateName: CustomStringConvertible {
    package var description: String { "\(serial) of issuer \(Hexadecimal.text(issuerKeyID))" }
}
