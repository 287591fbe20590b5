/// Whose turn it is among the endpoints that are connected. Sans-IO.
package struct RoundRobin: Sendable {
    private var next: Int

    /// Starts at a place of its own, so that many clients do not all begin with the same endpoint.
    package init(start: Int) { next = start }

    /// The next of `count` endpoints that takes a call; nil when none does.
    package mutating func pick(of count: Int, takes: (Int) -> Bool) -> Int? {
        for step in 0..<count {
            let index = Int((UInt(bitPattern: next) &+ UInt(step)) % UInt(count))
            guard takes(index) else { continue }
            next = index + 1
            return index
        }
        return nil
    }
}
