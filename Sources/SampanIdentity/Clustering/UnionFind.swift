/// Disjoint sets of 0..<count, with path halving.
struct UnionFind {
    private var parents: [Int32]

    init(count: Int) { parents = (0..<count).map { Int32(truncatingIfNeeded: $0) } }

    mutating func find(_ element: Int32) -> Int32 {
        var current = element
        while parents[Int(current)] != current {
            parents[Int(current)] = parents[Int(parents[Int(current)])]
            current = parents[Int(current)]
        }
        return current
    }

    /// Joins two sets; the smaller number stands for both.
    mutating func join(_ left: Int32, _ right: Int32) {
        let (a, b) = (find(left), find(right))
        if a < b { parents[Int(b)] = a } else if b < a { parents[Int(a)] = b }
    }
}
