/// A Merkle tree over a log (RFC 9162, section 2.1) in tiles of 256 nodes: tile `position` of `level` holds the complete nodes number 256 ×
/// `position` and on, of those that stand `8 × level` above the leaves (C2SP tlog-tiles). A proof reads a tile or two of each level.
/// No I/O: tiles are asked for, and handed over when they have changed.
struct AuditTree {
    struct Tile: Hashable {
        let level: Int
        let position: UInt64
    }

    static let tileNodes: UInt64 = 256
    private static let tileBits = 8

    /// Bytes of a tile that was kept; nil for none.
    typealias Kept = (Tile) throws -> [UInt8]?

    private(set) var size: UInt64
    private var tiles: [Tile: [UInt8]] = [:]
    private var changed: Set<Tile> = []

    init(size: UInt64) { self.size = size }

    /// Tiles that are not as they were kept.
    var changes: [(Tile, [UInt8])] { changed.map { ($0, tiles[$0] ?? []) } }

    /// Takes the next entry, by its own hash.
    mutating func append(_ entry: [UInt8], _ kept: Kept) throws {
        var (hash, index, level) = (try AuditHash.leaf(entry), size, 0)
        while true {
            let tile = Tile(level: level, position: index / Self.tileNodes)
            let bytes = try load(tile, nodes: index % Self.tileNodes, kept) + hash
            tiles[tile] = bytes
            changed.insert(tile)
            guard index % Self.tileNodes == Self.tileNodes - 1 else { break }
            hash = try Self.fold(bytes[...])
            index /= Self.tileNodes
            level += 1
        }
        size += 1
    }

    /// The tree's hash; of an empty tree nil.
    mutating func root(_ kept: Kept) throws -> [UInt8]? { size == 0 ? nil : try hash(0, size, kept) }

    /// Proof that leaf `index` is in the tree, from the leaf up (section 2.1.3.1). `index` < `size`.
    mutating func inclusionPath(_ index: UInt64, _ kept: Kept) throws -> [[UInt8]] {
        var (begin, end, path) = (UInt64(0), size, [[UInt8]]())
        while end - begin > 1 {
            let middle = begin + Self.split(end - begin)
            if index < middle {
                path.append(try hash(middle, end, kept))
                end = middle
            } else {
                path.append(try hash(begin, middle, kept))
                begin = middle
            }
        }
        return path.reversed()
    }

    /// Proof that the tree of the first `older` leaves is the beginning of this one (section 2.1.4.1). 0 < `older` ≤ `size`.
    mutating func consistencyPath(_ older: UInt64, _ kept: Kept) throws -> [[UInt8]] {
        guard older < size else { return [] }
        var (begin, end, path, isWhole) = (UInt64(0), size, [[UInt8]](), true)
        while end != older {
            let middle = begin + Self.split(end - begin)
            if older <= middle {
                path.append(try hash(middle, end, kept))
                end = middle
            } else {
                path.append(try hash(begin, middle, kept))
                begin = middle
                isWhole = false
            }
        }
        if !isWhole { path.append(try hash(begin, end, kept)) }
        return path.reversed()
    }

    /// The right edge of the tree of the first `count` leaves, from which a log is hashed on. `count` ≤ `size`.
    mutating func frontier(_ count: UInt64, _ kept: Kept) throws -> AuditFrontier? {
        var (begin, roots) = (UInt64(0), [[UInt8]]())
        for bit in stride(from: 63, through: 0, by: -1) where count >> UInt64(bit) & 1 == 1 {
            roots.append(try hash(begin, begin + (1 << UInt64(bit)), kept))
            begin += 1 << UInt64(bit)
        }
        return AuditFrontier(size: count, roots: roots)
    }

    /// The largest power of two below `count`, which is 2 or more.
    private static func split(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }

    /// Tree hash of the leaves from `begin` to before `end`; the range is one that a split of the whole tree leads to.
    private mutating func hash(_ begin: UInt64, _ end: UInt64, _ kept: Kept) throws -> [UInt8] {
        let count = end - begin
        guard count & (count - 1) != 0 else { return try perfect(height: count.trailingZeroBitCount, index: begin / count, kept) }
        let middle = begin + Self.split(count)
        return try AuditHash.node(try hash(begin, middle, kept), try hash(middle, end, kept))
    }

    private mutating func perfect(height: Int, index: UInt64, _ kept: Kept) throws -> [UInt8] {
        let (level, bits) = (height / Self.tileBits, height % Self.tileBits)
        let first = index << UInt64(bits)
        let (tile, offset) = (Tile(level: level, position: first / Self.tileNodes), Int(first % Self.tileNodes))
        let bytes = try load(tile, nodes: nil, kept)
        let range = offset * AuditHash.byteCount..<(offset + (1 << bits)) * AuditHash.byteCount
        guard range.upperBound <= bytes.count else { throw AuditError.indexDamaged("tile \(level)/\(tile.position) is short") }
        return try Self.fold(bytes[range])
    }

    /// - Parameter nodes: how many it must hold; nil for any.
    private mutating func load(_ tile: Tile, nodes: UInt64?, _ kept: Kept) throws -> [UInt8] {
        // Taken out, so that what is appended to it copies nothing.
        let bytes: [UInt8]
        if let known = tiles[tile] { bytes = known } else if nodes == 0 { bytes = [] } else { bytes = try kept(tile) ?? [] }
        if let nodes {
            guard bytes.count == Int(nodes) * AuditHash.byteCount else {
                throw AuditError.indexDamaged("tile \(tile.level)/\(tile.position) has not \(nodes) nodes")
            }
            tiles[tile] = nil
        } else {
            tiles[tile] = bytes
        }
        return bytes
    }

    /// Hash of a perfect subtree by its lowest nodes, a power of two of them.
    private static func fold(_ bytes: ArraySlice<UInt8>) throws(AuditError) -> [UInt8] {
        let count = AuditHash.byteCount
        var nodes = stride(from: bytes.startIndex, to: bytes.endIndex, by: count).map { Array(bytes[$0..<$0 + count]) }
        while nodes.count > 1 {
            var above: [[UInt8]] = []
            above.reserveCapacity(nodes.count / 2)
            for index in stride(from: 0, to: nodes.count - 1, by: 2) { above.append(try AuditHash.node(nodes[index], nodes[index + 1])) }
            nodes = above
        }
        return nodes[0]
    }
}
