/// Draws some of the endpoints that are connected and takes the least busy one: power of two choices (gRFC A48). Sans-IO.
package struct LeastRequest: Sendable {
    private let choices: Int

    package init(_ choices: LeastRequestChoices) { self.choices = choices.count }

    /// One of the endpoints that have `shares`, each drawn as often as its share says. `load` is that of one, in relation to its capacity;
    /// nil when it takes no more calls.
    ///
    /// Where all that were drawn are full, every other is asked: a call waits only when nobody takes it.
    package func pick(of shares: CapacityShares, random: inout JitterRandom, load: (Int) -> Int?) -> Int? {
        let count = shares.count
        guard count > 0 else { return nil }
        var best: (index: Int, load: Int)?
        for _ in 0..<choices {
            let index = shares.draw(random: &random)
            if let load = load(index), load < best?.load ?? .max { best = (index, load) }
        }
        if let best { return best.index }
        let start = Int.random(in: 0..<count, using: &random)
        return (0..<count).lazy.map { (start + $0) % count }.first { load($0) != nil }
    }
}
