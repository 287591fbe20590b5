/// Why a node's folder of trust cannot be used; for the person at the terminal.
package struct NodeTrustFolderError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: Sendable, Hashable {
        /// There is no identity: the node has to enrol.
        case notEnrolled
        /// The file of key and certificate is missing a part, broken, readable for others, or of another trust domain.
        case badIdentity
        /// There is no epoch, and the roots to begin from are missing or broken; or an epoch names a root that is no certificate.
        case badTrust
        /// OpenSSL makes no TLS context of what the files hold.
        case unusable
        /// The disk refused: full, read-only, no permission.
        case notWritten
    }

    package let reason: Reason
    package let description: String

    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
