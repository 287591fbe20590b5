/// Where the parts of an authority lie.
package struct AuthorityFolder: Sendable, Hashable {
    package let path: String

    package init(_ path: String) { self.path = path }

    /// SQLite, 0600.
    package var journal: String { "\(path)/journal.db" }
    /// 0700.
    package var keys: String { "\(path)/keys" }
    /// PEM, for people and for nodes that begin.
    package var rootCertificate: String { "\(path)/root.pem" }
    /// The epoch signer's certificate (PEM) that was made last; its key lies with the others.
    package var signerCertificate: String { "\(path)/signer.pem" }
}
