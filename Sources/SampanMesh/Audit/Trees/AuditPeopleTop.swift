/// The upper sixteen levels of the map of persons: the roots of 256 neighbouring pages in each of 256 tiles, and the roots of those in one
/// tile more. A value without I/O.
struct AuditPeopleTop {
    /// Number of the tile above the others.
    static let topTile = 256
    static let tileRoots = 256

    /// A tile that is empty.
    static var emptyTile: [UInt8] { [UInt8](repeating: 0, count: tileRoots * AuditHash.byteCount) }

    /// Root of a tile of 256 roots. Throws for bytes that are none.
    static func root(_ tile: [UInt8]) throws(AuditError) -> [UInt8] {
        var nodes = try split(tile)
        while nodes.count > 1 { nodes = try above(nodes) }
        return nodes[0]
    }

    /// What stands beside the way from a tile's root down to root `index`, in this order.
    static func siblings(_ tile: [UInt8], _ index: Int) throws(AuditError) -> [[UInt8]] {
        var (nodes, index, siblings) = (try split(tile), index, [[UInt8]]())
        while nodes.count > 1 {
            siblings.append(nodes[index ^ 1])
            nodes = try above(nodes)
            index /= 2
        }
        return siblings.reversed()
    }

    /// Puts a root into its place of a tile.
    static func put(_ root: [UInt8], at index: Int, into tile: inout [UInt8]) {
        tile.replaceSubrange(index * AuditHash.byteCount..<(index + 1) * AuditHash.byteCount, with: root)
    }

    private static func split(_ tile: [UInt8]) throws(AuditError) -> [[UInt8]] {
        guard tile.count == tileRoots * AuditHash.byteCount else { throw .indexDamaged("a tile of persons is cut") }
        return (0..<tileRoots).map { Array(tile[$0 * AuditHash.byteCount..<($0 + 1) * AuditHash.byteCount]) }
    }

    private static func above(_ nodes: [[UInt8]]) throws(AuditError) -> [[UInt8]] {
        var result: [[UInt8]] = []
        result.reserveCapacity(nodes.count / 2)
        for index in stride(from: 0, to: nodes.count, by: 2) { result.append(try AuditHash.branch(nodes[index], nodes[index + 1])) }
        return result
    }
}
