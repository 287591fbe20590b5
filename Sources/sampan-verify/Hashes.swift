import SampanCrypto

/// What is hashed in an audit log, as Docs/Audit.md and RFC 9162, section 2.1 have it.
enum Hashes {
    static let nothing = [UInt8](repeating: 0, count: 32)

    static func of(_ parts: [UInt8]...) throws(VerifyError) -> [UInt8] {
        do throws(CryptoError) { return try SHA256.hash(Array(parts.joined())) } catch { throw .broken("SHA-256 failed: out of memory") }
    }

    static func bigEndian(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) } }
    static func entry(_ number: UInt64, _ before: [UInt8], _ record: [UInt8]) throws(VerifyError) -> [UInt8] {
        try of(Array("sampan audit log v1".utf8), [0], bigEndian(number), before, record)
    }
    /// How a log names whose own key this is.
    static func pseudonym(_ key: [UInt8]) throws(VerifyError) -> [UInt8] {
        do throws(CryptoError) { return try HMACSHA256.authenticate(Array("sampan audit person v1".utf8), key: key) } catch {
            throw .broken("HMAC failed: out of memory")
        }
    }
    static func leaf(_ entry: [UInt8]) throws(VerifyError) -> [UInt8] { try of([0], entry) }
    static func node(_ left: [UInt8], _ right: [UInt8]) throws(VerifyError) -> [UInt8] { try of([1], left, right) }
    static func chain(_ before: [UInt8], _ entry: [UInt8]) throws(VerifyError) -> [UInt8] { try of([2], before, entry) }
    static func person(_ person: [UInt8], _ count: UInt64, _ chain: [UInt8]) throws(VerifyError) -> [UInt8] {
        try of([3], person, bigEndian(count), chain)
    }
    static func branch(_ left: [UInt8], _ right: [UInt8]) throws(VerifyError) -> [UInt8] {
        left == nothing && right == nothing ? nothing : try of([4], left, right)
    }

    /// Root of the tree that a leaf is in, by its path (RFC 9162, section 2.1.3.2).
    static func root(_ leaf: [UInt8], _ index: UInt64, size: UInt64, _ path: [[UInt8]]) throws(VerifyError) -> [UInt8] {
        try require(index < size, "the entry is behind the end of the tree")
        var (first, last, root) = (index, size - 1, leaf)
        for sibling in path {
            try require(last > 0, "the path is too long")
            if first & 1 == 1 || first == last {
                root = try node(sibling, root)
                while first & 1 == 0 && first > 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                root = try node(root, sibling)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        try require(last == 0, "the path is too short")
        return root
    }

    /// Whether a tree goes on from an older one (RFC 9162, section 2.1.4.2).
    static func isConsistent(_ older: TreeHead, _ newer: TreeHead, _ path: [[UInt8]]) throws(VerifyError) -> Bool {
        guard older.size > 0, older.size <= newer.size else { return false }
        if older.size == newer.size { return path.isEmpty && older.treeRoot == newer.treeRoot }
        var path = path[...]
        if older.size & (older.size - 1) == 0 { path = ([older.treeRoot] + path)[...] }
        guard let seed = path.popFirst() else { return false }
        var (first, last, old, new) = (older.size - 1, newer.size - 1, seed, seed)
        while first & 1 == 1 { (first, last) = (first >> 1, last >> 1) }
        for sibling in path {
            guard last > 0 else { return false }
            if first & 1 == 1 || first == last {
                (old, new) = (try node(sibling, old), try node(sibling, new))
                while first & 1 == 0 && first > 0 { (first, last) = (first >> 1, last >> 1) }
            } else {
                new = try node(new, sibling)
            }
            (first, last) = (first >> 1, last >> 1)
        }
        return last == 0 && old == older.treeRoot && new == newer.treeRoot
    }

    /// Root of the map over persons that are given by pseudonym, in its order, from bit `depth` on.
    static func people(_ leaves: ArraySlice<(key: [UInt8], count: UInt64, chain: [UInt8])>, _ depth: Int = 0) throws(VerifyError) -> [UInt8]
    {
        guard let leaf = leaves.first else { return nothing }
        if leaves.count == 1, depth >= 16 { return try person(leaf.key, leaf.count, leaf.chain) }
        let middle = leaves.firstIndex { bit($0.key, depth) } ?? leaves.endIndex
        return try branch(try people(leaves[..<middle], depth + 1), try people(leaves[middle...], depth + 1))
    }

    static func bit(_ key: [UInt8], _ depth: Int) -> Bool { key[depth / 8] >> UInt8(7 - depth % 8) & 1 == 1 }
}
