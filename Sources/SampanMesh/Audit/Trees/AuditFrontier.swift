/// The right edge of a Merkle tree (RFC 9162, section 2.1): the roots of the perfect subtrees that make it up, largest first. With it a log
/// is hashed as it is read, in a few hundred bytes.
struct AuditFrontier: Sendable, Hashable {
    /// Leaves in the tree.
    private(set) var size: UInt64 = 0
    /// One for each bit of `size`, most significant first.
    private(set) var roots: [[UInt8]] = []

    init() {}

    /// One that was kept. Nil unless there is a root of 32 bytes for each bit of `size`.
    init?(size: UInt64, roots: [[UInt8]]) {
        guard roots.count == size.nonzeroBitCount, roots.allSatisfy({ $0.count == AuditHash.byteCount }) else { return nil }
        self.size = size
        self.roots = roots
    }

    /// Takes the next entry, by its own hash.
    mutating func take(_ entry: [UInt8]) throws(AuditError) {
        var node = try AuditHash.leaf(entry)
        var rest = size
        while rest & 1 == 1, let left = roots.popLast() {
            node = try AuditHash.node(left, node)
            rest >>= 1
        }
        roots.append(node)
        size += 1
    }

    /// The tree's hash; of an empty tree nil.
    func root() throws(AuditError) -> [UInt8]? {
        guard var root = roots.last else { return nil }
        for left in roots.dropLast().reversed() { root = try AuditHash.node(left, root) }
        return root
    }
}
