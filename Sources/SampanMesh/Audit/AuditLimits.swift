/// What one record may hold; the contract says the same numbers to others. Longer text is cut, never refused: an audit must not fail for
/// it.
enum AuditLimits {
    /// Bytes of a SPIFFE name: domain 255, institution 32, node 64, and what stands between.
    static let actorBytes = 512
    /// Bytes of an address with its port.
    static let addressBytes = 64
    /// Bytes of service/Method.
    static let methodBytes = 512
    static let reasonBytes = 64
    /// Bytes of a rule's id, as `PolicyFile` reads them; room for the names of built-in rules.
    static let ruleBytes = 256
    static let rules = 64
    static let hashBytes = 32
    static let detailBytes = 512
    /// Bytes of a word of an access: an institution, a number of staff, a role, a kind, a purpose.
    static let wordBytes = 32
    /// Bytes of the id of a document or a consent, of a reason code, of a node.
    static let idBytes = 64
    /// Bytes of a record as it is stored: all of the above at their largest, and some.
    static let recordBytes = 32_768
    /// Certificates of a signer: leaf, issuer, bridge, and one to spare.
    static let signerChain = 4
    static let certificateBytes = 16_384
}

extension String {
    /// At most so many bytes of UTF-8, cut between characters.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var (bytes, end) = (0, startIndex)
        while end < endIndex {
            let size = self[end].utf8.count
            if bytes + size > limit { break }
            bytes += size
            end = index(after: end)
        }
        return String(self[..<end])
    }
}
