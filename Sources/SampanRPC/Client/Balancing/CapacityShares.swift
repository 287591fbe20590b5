/// How much of the calls each of several endpoints is to get, by the calls at once that it has said it can serve. Sans-IO.
///
/// Who is drawn is drawn as often as its share says (else a large endpoint among many small ones would not come up often enough to get its
/// part), and the load of one counts in relation to its capacity. Who has said nothing counts as the mean of those who have; where nobody
/// has, or all the same, all are alike.
package struct CapacityShares: Sendable {
    /// What the load of one call is in, where endpoints differ: 256, so that an endpoint of up to 256 times the mean has a load with its
    /// first call.
    private static let parts = 256
    /// Calls that are told apart at one endpoint: its streams are fewer by far, and no product runs over.
    private static let callLimit = 1 << 20

    package let count: Int
    /// What one call is in a load (`PeakLatency.cost`).
    package let unit: Int
    private let mean: UInt64
    private let weights: [UInt64]
    /// The sums of the weights up to each and with it; empty where all are alike.
    private let ends: [UInt64]

    /// - Parameter capacities: calls at once, of each; 0: not said.
    package init(_ capacities: [UInt32]) {
        count = capacities.count
        let said = capacities.filter { $0 > 0 }.map(UInt64.init)
        mean = said.isEmpty ? 1 : max(1, said.reduce(0, +) / UInt64(said.count))
        let mean = mean
        weights = capacities.map { $0 == 0 ? mean : UInt64($0) }
        let isEven = Set(weights).count <= 1
        unit = isEven ? 1 : Self.parts
        var (sum, ends): (UInt64, [UInt64]) = (0, [])
        if !isEven {
            for weight in weights {
                sum += weight
                ends.append(sum)
            }
        }
        self.ends = ends
    }

    /// One of them, as often as its share says. There must be one.
    package func draw(random: inout JitterRandom) -> Int {
        guard let total = ends.last else { return Int.random(in: 0..<count, using: &random) }
        let point = UInt64.random(in: 0..<total, using: &random)
        return ends.firstIndex { point < $0 } ?? 0
    }

    /// What `calls` under way are at one of them, in relation to its capacity: `unit` for each at one of middling capacity.
    package func load(of calls: Int, at index: Int) -> Int {
        guard !ends.isEmpty else { return calls }
        return Int(UInt64(min(max(0, calls), Self.callLimit)) * UInt64(Self.parts) * mean / weights[index])
    }
}
