/// Cuts ranges over tasks: as many as the machine has cores to run.
enum Parallel {
    /// Runs `body` on pieces of `0..<count` and returns what they gave, in order.
    static func map<T: Sendable>(_ count: Int, pieces: Int, _ body: @escaping @Sendable (Range<Int>) -> T) async -> [T] {
        let pieces = max(1, min(pieces, count))
        return await withTaskGroup(of: (Int, T).self) { group in
            for piece in 0..<pieces {
                let range = count * piece / pieces..<count * (piece + 1) / pieces
                group.addTask { (piece, body(range)) }
            }
            var results: [(Int, T)] = []
            for await result in group { results.append(result) }
            results.sort { $0.0 < $1.0 }
            return results.map(\.1)
        }
    }
}
