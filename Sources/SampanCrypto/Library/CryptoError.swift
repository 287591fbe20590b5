/// Why a key, a certificate or a cryptographic operation was refused. Holds no key material.
package struct CryptoError: Error, Sendable, Hashable {
    package enum Reason: String, Sendable, Hashable {
        // What was given cannot be used.
        case badPEM, badDER, badKey, badName, badRequest, badLength, unsupportedKey
        /// The private key belongs to another certificate.
        case keyMismatch
        /// The certificate may not sign others.
        case notAnAuthority
        /// The certificate would not be valid at any time within its issuer's.
        case outsideIssuerValidity
        /// A passphrase opens the file with no sense: it is another one, or the encrypted bytes were changed (the format cannot tell).
        case wrongPassphrase
        /// An encrypted key names a cipher or derivation that is not taken, or one that would cost too much memory or time.
        case unsupportedEncryption
        /// A request asks for more than a node may have, or for names that it was not granted.
        case asksForAuthority, asksForUsage, asksForName, asksForExtension
        /// A revocation list cannot be read, or says what we do not understand.
        case badRevocationList
        /// A revocation list is another authority's.
        case wrongIssuer
        /// A revocation list is older than one that was seen.
        case goesBack
        /// Not valid at the time it is judged at.
        case notYetValid, expired
        /// A seal, tag or signature does not belong to these bytes.
        case authenticationFailed
        // Files.
        case fileMissing, fileUnreadable, fileTooLarge, keyFilePermissions
        /// OpenSSL failed where our arguments were right: out of memory, or a defect.
        case library
    }

    package let reason: Reason
    /// What was wrong and, where a person can act, what to do.
    package let detail: String

    package init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// Adds what OpenSSL says, and empties its queue.
    static func openSSL(_ reason: Reason, _ detail: String) -> CryptoError {
        let text = ErrorQueue.drainText()
        return CryptoError(reason, text.isEmpty ? detail : "\(detail): \(text)")
    }
}

extension CryptoError: CustomStringConvertible {
    package var description: String { "\(detail) (\(reason.rawValue))" }
}
