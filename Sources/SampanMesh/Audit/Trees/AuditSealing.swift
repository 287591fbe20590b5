/// How often a log is sealed: its Merkle tree and map of persons brought up to its end, and a tree head signed over them. Entries are
/// durable and under a signed chain head before; sealing makes proofs of them.
package struct AuditSealing: Sendable {
    /// Between an entry and the seal over it, at least: what comes meanwhile shares it.
    package var interval: Duration = .seconds(1)
    /// Entries of one tree head, at most: bounds the work of one transaction, and its memory (some 40 MB).
    package var maximumEntries = 8_192

    package init() {}
}
