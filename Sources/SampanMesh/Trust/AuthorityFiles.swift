/// Names of the files of one trust domain's development authority.
package struct AuthorityFiles: Sendable, Hashable {
    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    package var rootCertificate: String { "\(directory)/root.pem" }
    package var rootKey: String { "\(directory)/root.key" }
    package var issuingCertificate: String { "\(directory)/issuing.pem" }
    package var issuingKey: String { "\(directory)/issuing.key" }
    /// The roots a node trusts; the only file that is given to everybody. Written last: with it, the authority is complete.
    package var trust: String { "\(directory)/trust.pem" }

    var all: [String] { [rootCertificate, rootKey, issuingCertificate, issuingKey, trust] }
}
