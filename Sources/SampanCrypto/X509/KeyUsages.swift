internal import COpenSSL

/// What a key may do (keyUsage, RFC 5280 §4.2.1.3).
package struct KeyUsages: OptionSet, Sendable, Hashable {
    /// OpenSSL's KU_ bits: the extension's first byte, and its second one above it.
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let digitalSignature = KeyUsages(rawValue: UInt32(KU_DIGITAL_SIGNATURE))
    package static let keyEncipherment = KeyUsages(rawValue: UInt32(KU_KEY_ENCIPHERMENT))
    /// keyCertSign
    package static let certificateSigning = KeyUsages(rawValue: UInt32(KU_KEY_CERT_SIGN))
    /// cRLSign
    package static let listSigning = KeyUsages(rawValue: UInt32(KU_CRL_SIGN))
}
