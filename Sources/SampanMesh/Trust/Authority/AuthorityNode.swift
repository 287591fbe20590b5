package import SampanDomain

/// What the authority knows of one node.
package struct AuthorityNode: Sendable, Hashable {
    /// Certificates that have not ended, oldest first; those longer ended than a day are forgotten at the next one.
    package internal(set) var certificates: [IssuedCertificate] = []
    /// The epoch that the node last said it has in force; 0 for none.
    package internal(set) var acknowledged: UInt64 = 0
    /// Key identifier of the issuer of the certificate that it last said it shows.
    package internal(set) var shownIssuer: [UInt8]?
    /// A gate has passed without it, and it has not caught up since.
    package internal(set) var isLeftBehind = false

    /// Certificates kept for one node: a renewal every 20 days leaves two; a node that renews in a loop must not fill the memory.
    private static let certificateLimit = 16
    /// Nanoseconds: clocks that are a day apart are another problem.
    static let forgetAfter: Int64 = 86_400_000_000_000

    mutating func add(_ certificate: IssuedCertificate, at now: UnixTime) {
        certificates.removeAll { $0.endsAt.advanced(byNanoseconds: Self.forgetAfter) < now }
        certificates = certificates.suffix(Self.certificateLimit - 1) + [certificate]
    }

    /// When the last certificate ends; nil for a node that has none.
    package var endsAt: UnixTime? { certificates.last?.endsAt }
}
