/// Something that is, or soon will be, wrong with a node's certificate.
package struct CertificateFinding: Sendable, Hashable, Codable {
    /// Names are stable: scripts and handbooks speak of them.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case expired = "CERT_EXPIRED"
        case notYetValid = "CERT_NOT_YET_VALID"
        case unreadableDates = "CERT_UNREADABLE_DATES"
        case renewalDue = "CERT_RENEWAL_DUE"
        case longLife = "CERT_LONG_LIFE"
        case noName = "NAME_MISSING"
        case severalNames = "NAME_SEVERAL"
        case strangeName = "NAME_NOT_A_NODE"
        case authorityAsNode = "AUTHORITY_AS_NODE"
        case missingPurpose = "PURPOSE_MISSING"
        case strangeKey = "KEY_NOT_P256"
        case keyMismatch = "KEY_MISMATCH"
        case keyUnusable = "KEY_UNUSABLE"
        case missingIssuer = "CHAIN_WITHOUT_ISSUER"
        case strangersInChain = "CHAIN_WITH_STRANGERS"
        case rootInChain = "CHAIN_WITH_ROOT"
        case untrusted = "CHAIN_NOT_TRUSTED"
    }

    package enum Severity: String, Sendable, Hashable, Codable {
        /// Works now.
        case warning
        /// Peers refuse it.
        case error
    }

    package let code: Code
    package let severity: Severity
    /// What is so, in one sentence.
    package let cause: String
    /// What to do about it, in one sentence.
    package let fix: String
}
